using System.CommandLine;

namespace Gmp.Tool.Commands;

/// <summary>An option whose value is a length of time: 500ms, 10s, 2m.</summary>
internal static class TimeOption
{
    /// <summary>Makes one; its value is null where it is not given.</summary>
    public static Option<TimeSpan?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result =>
        {
            if (Duration.TryParse(result.Tokens is [var token] ? token.Value : "", out var duration, out string problem))
                return duration;
            result.AddError(problem);
            return null;
        },
    };
}
