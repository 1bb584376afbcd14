using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;

namespace Gmp.Analysis.Comparison;

/// <summary>A number that every stretch of a trace has.</summary>
/// <param name="Key">Its name for programs.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsWorseWhenMore">True if more of it is worse; false where nobody can say what is better.</param>
/// <param name="LeastChange">A smaller change matters to nobody, however sure it is. In the unit of <paramref name="Kind"/>.</param>
internal sealed record Metric(string Key, CellKind Kind, bool IsWorseWhenMore, double LeastChange)
{
    /// <summary>How long goroutines waited for a P, 99 of 100 at most.</summary>
    public static Metric Wait99 { get; } = new("wait99Ns", CellKind.Duration, true, 200_000);

    /// <summary>The longest wait for a P.</summary>
    public static Metric LongestWait { get; } = new("longestWaitNs", CellKind.Duration, true, 1_000_000);

    /// <summary>Goroutines that wait for a P, at the mean.</summary>
    public static Metric Waiting { get; } = new("waitingForAProcessor", CellKind.Count, true, 0.2);

    /// <summary>The longest stretch without a scheduling point.</summary>
    public static Metric LongestRun { get; } = new("longestRunNs", CellKind.Duration, true, 2_000_000);

    /// <summary>The part of the Ps' time in which a system call kept them.</summary>
    public static Metric Syscalls { get; } = new("syscallShare", CellKind.Share, true, 0.03);

    /// <summary>The part of the time in which the runtime stopped all threads.</summary>
    public static Metric Pauses { get; } = new("pauseShare", CellKind.Share, true, 0.02);

    /// <summary>Of how many times that a goroutine stopped, it stopped at a lock that another had.</summary>
    public static Metric Locks { get; } = new("lockShare", CellKind.Share, true, 0.03);

    /// <summary>Goroutines that are alive.</summary>
    public static Metric Alive { get; } = new("goroutines", CellKind.Count, true, 100);

    /// <summary>How often goroutines began to run, a second.</summary>
    public static Metric Starts { get; } = new("startsPerSecond", CellKind.Count, false, 100);

    /// <summary>The part of the Ps' time in which goroutines ran.</summary>
    public static Metric Busy { get; } = new("busyShare", CellKind.Share, false, 0.05);

    /// <summary>All of them, those that people feel first.</summary>
    public static IReadOnlyList<Metric> All { get; } = [Wait99, LongestWait, Waiting, LongestRun, Syscalls, Pauses, Locks, Alive, Starts, Busy];

    /// <summary>What it is, in words.</summary>
    public string Name(Phrases phrases) => Key switch
    {
        "wait99Ns" => phrases.Text("wait for a P, 99 of 100 at most"),
        "longestWaitNs" => phrases.Text("longest wait for a P"),
        "waitingForAProcessor" => phrases.Text("goroutines waiting for a P, at the mean"),
        "longestRunNs" => phrases.Text("longest run without a scheduling point"),
        "syscallShare" => phrases.Text("P time kept by system calls"),
        "pauseShare" => phrases.Text("time stopped by the .NET runtime"),
        "lockShare" => phrases.Text("stops at a lock, of all stops"),
        "goroutines" => phrases.Text("goroutines alive"),
        "startsPerSecond" => phrases.Text("starts of goroutines a second"),
        _ => phrases.Text("P time in which goroutines ran"),
    };
}
