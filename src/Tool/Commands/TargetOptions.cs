using System.CommandLine;
using System.Globalization;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Commands;

/// <summary>The options that name a process, as dotnet-trace has them.</summary>
internal sealed class TargetOptions
{
    private readonly Option<int?> _id = new("--process-id", "-p")
    {
        Description = "The process to record.",
        HelpName = "pid",
        CustomParser = result => result.Tokens is [var token] && TryParseId(token.Value, out int id) ? id : Refuse(result),
    };

    private readonly Option<string?> _name = new("--name", "-n") { Description = "The name of the process to record, as `ps` lists it.", HelpName = "name" };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_id);
        command.Options.Add(_name);
    }

    /// <summary>True if one of them was given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_id) is not null || parsed.GetValue(_name) is not null;

    /// <summary>What <c>--name</c> says.</summary>
    public string? Name(ParseResult parsed) => parsed.GetValue(_name);

    /// <summary>True if a process was given by its id.</summary>
    public bool HasId(ParseResult parsed) => parsed.GetValue(_id) is not null;

    /// <summary>The process that they name.</summary>
    /// <exception cref="ToolFailure">There is none that can be recorded.</exception>
    public TargetProcess Resolve(ParseResult parsed, TargetResolver resolver) => resolver.Resolve(parsed.GetValue(_id), parsed.GetValue(_name));

    /// <summary>Reads a process id.</summary>
    internal static bool TryParseId(string text, out int id) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    private static int? Refuse(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"'{result.Tokens[0].Value}' is not a valid process ID.");
        return null;
    }
}
