namespace Gmp.Tool.Commands;

/// <summary>What the process returns. 0 to 5 mean what they mean for <c>dotnet-trace</c>.</summary>
internal static class ExitCode
{
    /// <summary>Done, whatever the findings say.</summary>
    public const int Ok = 0;

    /// <summary>No session could be opened: no such process, not .NET, no goroutines, another user's.</summary>
    public const int SessionCreationError = 1;

    /// <summary>The recording failed, a trace file cannot be read or written, or stdout cannot be written.</summary>
    public const int TracingError = 2;

    /// <summary>The command line is wrong.</summary>
    public const int ArgumentError = 3;

    /// <summary>This machine cannot do it.</summary>
    public const int PlatformNotSupported = 4;

    /// <summary>A bug in the tool.</summary>
    public const int UnknownError = 5;

    /// <summary><c>--fail-on</c>: a finding is there that fails.</summary>
    public const int FindingsFailed = 10;

    /// <summary><c>info --validate</c>: a record breaks a rule, or something is missing.</summary>
    public const int RulesBroken = 11;

    /// <summary><c>--baseline</c>: it got worse than the baseline, and nothing fails by <c>--fail-on</c>.</summary>
    public const int GotWorse = 12;

    /// <summary>All of them in a line each, for the help.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "done; findings do not change it without --fail-on"),
        (SessionCreationError, "no session: no such process, not .NET, no goroutines, another user's"),
        (TracingError, "the recording failed, or a trace file or stdout cannot be read or written"),
        (ArgumentError, "the command line or the settings file is wrong"),
        (PlatformNotSupported, "this machine cannot do it"),
        (UnknownError, "a bug in the tool"),
        (FindingsFailed, "--fail-on: a finding is there that fails"),
        (RulesBroken, "info --validate: a record breaks a rule"),
        (GotWorse, "--baseline: it got worse by more than noise"),
    ];
}
