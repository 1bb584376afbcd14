using System.CommandLine;
using System.CommandLine.Parsing;
using Gmp.Analysis.Watching;
using Gmp.Tool.Keeping;

namespace Gmp.Tool.Commands;

/// <summary>The options that keep only the last stretch of a recording and write it when something happens.</summary>
internal sealed class KeepOptions
{
    private const uint MostFiles = 10_000;
    private const uint MostMegabytes = 16_384;
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(1);

    private readonly Option<TimeSpan?> _keep = TimeOption.Create("--keep", "Keep only this much, in memory, and write it to a file when a condition (--on) comes true, or at the end if there is none.");
    private readonly Option<TimeSpan?> _after = TimeOption.Create("--after", "With --on: go on for so long before the file is written. Default: 1s.");
    private readonly Option<TimeSpan?> _rearm = TimeOption.Create("--rearm", "With --on: for so long a condition that came true is not looked for again. Default: as --keep.");

    private readonly Option<WatchCondition[]> _on = new("--on")
    {
        Description = $"With --keep: write a file when this happens: {WatchCondition.Known}. May be given several times.",
        HelpName = "condition",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = static result => [.. result.Tokens.Select(token => Parse(token.Value, result)).OfType<WatchCondition>()],
    };

    private readonly Option<uint?> _maxFiles = Count("--max-files", "With --on: write at most so many files; after that conditions are only told. Default: 5.", "count", MostFiles);
    private readonly Option<uint?> _memory = Count("--keep-memory", "With --keep: keep at most so much, in MB. Default: 256.", "MB", MostMegabytes);

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_keep, _on, _after, _rearm, _maxFiles, _memory])
            command.Options.Add(option);
    }

    /// <summary>What they say; null if only the usual recording is wanted.</summary>
    /// <exception cref="ToolFailure">They do not go together.</exception>
    public KeepRequest? Read(ParseResult parsed, RecordingOptions recording)
    {
        var conditions = parsed.GetValue(_on) ?? [];
        if (parsed.GetValue(_keep) is not TimeSpan keep)
        {
            return (Option[])[_on, _after, _rearm, _maxFiles, _memory] is var others && Array.Find(others, o => parsed.GetResult(o) is { Implicit: false }) is { } stray
                ? throw new ToolFailure(ExitCode.ArgumentError, $"{stray.Name} goes with --keep: say how much to keep, --keep 30s.")
                : null;
        }
        if (conditions.Length == 0 && (Option[])[_after, _rearm, _maxFiles] is var ofOn && Array.Find(ofOn, o => parsed.GetResult(o) is { Implicit: false }) is { } lone)
            throw new ToolFailure(ExitCode.ArgumentError, $"{lone.Name} goes with --on: say what to look for, --on GMP201.");
        if (recording.WantsProviders(parsed))
            throw new ToolFailure(ExitCode.ArgumentError, "--providers does not go with --keep, which keeps the scheduler's events only.");
        return new KeepRequest(keep, conditions, parsed.GetValue(_after) ?? s_after, parsed.GetValue(_rearm) ?? keep,
            (int)(parsed.GetValue(_maxFiles) ?? 5), (parsed.GetValue(_memory) ?? 256L) << 20);
    }

    private static WatchCondition? Parse(string text, ArgumentResult result)
    {
        var condition = WatchCondition.Parse(text, static word => Duration.TryParse(word, out var time, out _) ? time : null, out string problem);
        if (condition is null)
            result.AddError(problem);
        return condition;
    }

    private static Option<uint?> Count(string name, string description, string help, uint most) => new(name)
    {
        Description = description,
        HelpName = help,
        CustomParser = result =>
        {
            if (result.Tokens is [var token] && uint.TryParse(token.Value, out uint count) && count >= 1 && count <= most)
                return count;
            result.AddError($"{name} is between 1 and {most}.");
            return null;
        },
    };
}
