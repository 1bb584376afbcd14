using Gmp.Analysis.Model;

namespace Gmp.Analysis.Questions.Waiting;

/// <summary>What most of a runnable wait was spent behind.</summary>
internal enum Behind
{
    /// <summary>The trace does not say.</summary>
    Unknown,
    /// <summary>Nobody: a P was idle, and a thread had to be woken for it.</summary>
    Wake,
    /// <summary>A thread that held its P and ran nobody: most likely it had no CPU.</summary>
    Thread,
    /// <summary>All threads stood still for the runtime.</summary>
    Pause,
    /// <summary>One goroutine that kept the P from others, by its own doing.</summary>
    Hog,
    /// <summary>One goroutine in a system call that kept its P.</summary>
    Call,
    /// <summary>One goroutine in a system call from which sysmon would have taken the P long before, had it had a CPU itself.</summary>
    LateSysmon,
    /// <summary>One goroutine whose run took long while threads hardly ever waited for a CPU: it computed, or was in a call that nobody was told of.</summary>
    OwnRun,
    /// <summary>One goroutine whose run took long, and nothing tells whether by its own doing or since its thread had no CPU.</summary>
    LongRun,
    /// <summary>Many goroutines that ran one after the other: there was more to do than the Ps could.</summary>
    Queue,
}

/// <summary>A wait that is worth a look, and what it was spent behind.</summary>
/// <param name="Wait">The wait.</param>
/// <param name="IdleNs">For how much of it some P was idle.</param>
/// <param name="Behind">What most of it was spent behind.</param>
/// <param name="Blocker">Who ran longest on its P meanwhile, by place in <see cref="TraceModel.Goroutines"/>; -1 for nobody that is known.</param>
/// <param name="BlockerNs">For how much of the wait that was, in one run.</param>
/// <param name="Runs">How many runs its P made meanwhile.</param>
/// <param name="Run">When that longest run began and ended.</param>
internal sealed record LongWait(RunnableWait Wait, long IdleNs, Behind Behind, int Blocker, long BlockerNs, int Runs, (long Start, long End) Run);
