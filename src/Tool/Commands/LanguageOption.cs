using System.CommandLine;
using Gmp.Analysis.Language;

namespace Gmp.Tool.Commands;

/// <summary><c>--lang</c>, and the variable that speaks for it: the language of answers. Messages about the tool itself stay English.</summary>
internal sealed class LanguageOption
{
    /// <summary>Names the language where the option does not.</summary>
    public const string Variable = "GMP_TRACE_LANG";

    private readonly Option<string?> _language = new("--lang")
    {
        Description = $"The language of the answers; without it what {Variable} says, or English.",
        HelpName = string.Join('|', Phrases.Languages),
    };

    /// <summary>Adds the option to a verb.</summary>
    public void AddTo(Command command) => command.Options.Add(_language);

    /// <summary>The language to answer in.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="configured">The language of gmp-trace.json, which comes after the option and before the variable; or null.</param>
    /// <exception cref="ToolFailure">There is no such language.</exception>
    public Phrases Read(ParseResult parsed, string? configured = null) =>
        parsed.GetValue(_language) is { } given ? Find(given, "--lang")
        : configured is not null ? Find(configured, "gmp-trace.json")
        : FromVariable(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The language that the variable names; English if it is not set.</summary>
    /// <exception cref="ToolFailure">There is no such language.</exception>
    internal static Phrases FromVariable(string? value) => string.IsNullOrEmpty(value) ? Phrases.English : Find(value, Variable);

    // People write zh-CN, zh_CN, zh_CN.UTF-8 and zh, and mean the same.
    private static Phrases Find(string given, string by)
    {
        string wanted = given.Split('.', '@')[0].Replace('_', '-');
        string? tag = Phrases.Languages.FirstOrDefault(l => l.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? Phrases.Languages.FirstOrDefault(l => l.Split('-')[0].Equals(wanted.Split('-')[0], StringComparison.OrdinalIgnoreCase));
        return tag is not null && Phrases.Of(tag) is { } phrases
            ? phrases
            : throw new ToolFailure(ExitCode.ArgumentError, $"'{given}' is no value of {by}: it takes {string.Join(", ", Phrases.Languages)}.");
    }
}
