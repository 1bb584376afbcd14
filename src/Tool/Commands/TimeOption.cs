using System.CommandLine;

namespace Gmp.Tool.Commands;

/// <summary>An option whose value is a length of time (500ms, 10s, 2m) or a moment of a trace.</summary>
internal static class TimeOption
{
    private delegate bool Reader(string text, out TimeSpan time, out string problem);

    /// <summary>Makes one; its value is null where it is not given.</summary>
    public static Option<TimeSpan?> Create(string name, string description) => Create(name, description, Duration.TryParse);

    /// <summary>Makes one for a moment of a trace, which may be 0.</summary>
    public static Option<TimeSpan?> Moment(string name, string description) => Create(name, description, Duration.TryParseMoment);

    private static Option<TimeSpan?> Create(string name, string description, Reader read) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result =>
        {
            if (read(result.Tokens is [var token] ? token.Value : "", out var duration, out string problem))
                return duration;
            result.AddError(problem);
            return null;
        },
    };
}
