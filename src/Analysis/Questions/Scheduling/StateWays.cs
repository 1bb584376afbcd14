using Gmp.Analysis.Language;
using Gmp.Analysis.Model.Accounts;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions.Scheduling;

/// <summary>A way from a state to another.</summary>
/// <param name="From">The state's number.</param>
/// <param name="FromName">Its name.</param>
/// <param name="To">The other's number.</param>
/// <param name="ToName">Its name.</param>
/// <param name="Label">What makes one take it, in two words; English.</param>
/// <param name="Meaning">What happens then, in terms of G, P and M; English.</param>
internal sealed record StateWay(int From, string FromName, int To, string ToName, string Label, string Meaning);

/// <summary>The ways that there are, and what each is. States have Go's names, which no language translates.</summary>
internal static class StateWays
{
    /// <summary>Of goroutines.</summary>
    public static IReadOnlyList<StateWay> Goroutine { get; } =
    [
        G(GoStatus.Idle, GoStatus.Runnable, "created", "A goroutine was created: it stands in the queue of the P whose goroutine called Go, or in the global queue if none did."),
        G(GoStatus.Runnable, GoStatus.Running, "started", "An M that holds a P took it from a queue and runs it."),
        G(GoStatus.Running, GoStatus.Waiting, "blocked", "It awaits what is not there yet. Its M puts it aside and takes the next one: no thread waits."),
        G(GoStatus.Waiting, GoStatus.Runnable, "readied", "What it waited for came: another goroutine, a timer, the poller or a thread put it into a queue."),
        G(GoStatus.Running, GoStatus.Runnable, "gave way", "It yielded, or its slice was over at a scheduling point: it stands at the back of a queue."),
        G(GoStatus.Running, GoStatus.Syscall, "call", "It entered a system call: its M is in the kernel, and the P stays with it until sysmon takes it."),
        G(GoStatus.Syscall, GoStatus.Running, "back with P", "It came back and still had its P, or found an idle one: it runs on."),
        G(GoStatus.Syscall, GoStatus.Runnable, "back without P", "It came back and its P was gone: it stands in the global queue, and its M sleeps or looks for work."),
        G(GoStatus.Syscall, GoStatus.Waiting, "blocked", "It came back from a system call without a P and waits for something else at once."),
        G(GoStatus.Syscall, GoStatus.Dead, "ended", "It came back from a system call without a P and ended."),
        G(GoStatus.Running, GoStatus.Dead, "ended", "It ended; its object is used again for another one."),
    ];

    /// <summary>Of Ps.</summary>
    public static IReadOnlyList<StateWay> Processor { get; } =
    [
        P(ProcStatus.Idle, ProcStatus.Running, "acquired", "An M acquired it, since there was work, or work was expected."),
        P(ProcStatus.Running, ProcStatus.Idle, "released", "Its M found no work anywhere and released it: the P is idle, and the M sleeps."),
        P(ProcStatus.Running, ProcStatus.Syscall, "call", "Its goroutine entered a system call. Nobody else can use the P until the call ends or sysmon takes it."),
        P(ProcStatus.Syscall, ProcStatus.Running, "call over", "The call ended in time, or the P went on with another M."),
        P(ProcStatus.Syscall, ProcStatus.Idle, "taken", "It was taken from the call, and nobody had work for it."),
        P(ProcStatus.Running, ProcStatus.Running, "handed off", "It went from one M to another: a hog, or a call that was announced as one that blocks, lost it."),
    ];

    /// <summary>Of Ms.</summary>
    public static IReadOnlyList<StateWay> Machine { get; } =
    [
        M(MachineState.Unknown, MachineState.NoProcessor, "began", "A thread began, or the trace met it."),
        M(MachineState.Unknown, MachineState.HasProcessor, "began", "A thread began with a P in its hand, or the trace met it there."),
        M(MachineState.Unknown, MachineState.Parked, "met asleep", "The trace met it asleep."),
        M(MachineState.NoProcessor, MachineState.HasProcessor, "acquired", "It acquired a P and looks for goroutines to run."),
        M(MachineState.Parked, MachineState.HasProcessor, "woken", "It was woken with a P in its hand: it sleeps no more, and no new thread was needed."),
        M(MachineState.Parked, MachineState.NoProcessor, "woken", "It was woken, and takes a P next if one is idle."),
        M(MachineState.HasProcessor, MachineState.NoProcessor, "released", "It released its P, or lost it while it was in a call or ran a hog."),
        M(MachineState.HasProcessor, MachineState.Parked, "parked", "It released its P and sleeps until somebody wakes it."),
        M(MachineState.NoProcessor, MachineState.Parked, "parked", "It had nothing to do without a P, and sleeps until somebody wakes it."),
        M(MachineState.NoProcessor, MachineState.Dead, "ended", "Its thread ended: it had slept for too long, or the goroutine that was locked to it ended."),
        M(MachineState.Parked, MachineState.Dead, "ended", "Its thread ended: it had slept for too long."),
        M(MachineState.HasProcessor, MachineState.Dead, "ended", "Its thread ended."),
    ];

    // The accounts know no Preempted: who stopped since its slice was over is runnable.
    private static StateWay G(GoStatus from, GoStatus to, string label, string meaning) => new((int)from, from.ToString(), (int)to, to.ToString(), label, meaning);

    private static StateWay P(ProcStatus from, ProcStatus to, string label, string meaning) => new((int)from, from.ToString(), (int)to, to.ToString(), label, meaning);

    private static StateWay M(MachineState from, MachineState to, string label, string meaning) => new((int)from, Name(from), (int)to, Name(to), label, meaning);

    /// <summary>A state's name in a language. Those of G and P are Go's, which no language translates; those of M are ours.</summary>
    public static string Name(Phrases say, string name) => name switch
    {
        "with a P" => say.Text("with a P"),
        "without a P" => say.Text("without a P"),
        "asleep" => say.Text("asleep"),
        "ended" => say.Text("ended"),
        "unknown" => say.Text("unknown"),
        _ => name,
    };

    private static string Name(MachineState state) => state switch
    {
        MachineState.HasProcessor => "with a P",
        MachineState.NoProcessor => "without a P",
        MachineState.Parked => "asleep",
        MachineState.Dead => "ended",
        _ => "unknown",
    };
}
