using System.CommandLine;
using Gmp.Tool.Reporting;

namespace Gmp.Tool.Commands;

/// <summary><c>--format</c>: the forms that a verb can print.</summary>
internal sealed class FormatOption
{
    private readonly Option<string?> _option;

    /// <summary>Makes the option.</summary>
    /// <param name="description">For the help.</param>
    /// <param name="formats">What the verb can print.</param>
    public FormatOption(string description, params ReportFormat[] formats)
    {
        string[] names = [.. formats.Select(f => f.ToString().ToLowerInvariant())];
        _option = new("--format") { Description = description, HelpName = string.Join('|', names) };
        _option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !names.Contains(token.Value))
                result.AddError($"'{token.Value}' is no value of --format: it takes {string.Join(", ", names)}.");
        });
    }

    /// <summary>Adds the option to a verb.</summary>
    public void AddTo(Command command) => command.Options.Add(_option);

    /// <summary>The form, or null if the command line does not say.</summary>
    public ReportFormat? Read(ParseResult parsed) => parsed.GetValue(_option) is { } name ? Enum.Parse<ReportFormat>(name, ignoreCase: true) : null;
}
