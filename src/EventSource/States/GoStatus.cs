namespace Gmp.Tracing;

/// <summary>The state of a goroutine, with Go's names (runtime/runtime2.go: _Gidle ...).</summary>
public enum GoStatus : byte
{
    /// <summary>Allocated and not initialized.</summary>
    Idle = 0,
    /// <summary>On a run queue.</summary>
    Runnable = 1,
    /// <summary>Runs user code on an M; usually with a P, a hog that lost its P without one.</summary>
    Running = 2,
    /// <summary>In a system call: on an M, its P may be taken.</summary>
    Syscall = 3,
    /// <summary>Waits; on no run queue.</summary>
    Waiting = 4,
    /// <summary>Ended, or on a free list.</summary>
    Dead = 6,
    /// <summary>Stopped because its slice was over.</summary>
    Preempted = 9,
}

/// <summary>The state of a P, with Go's names (runtime/runtime2.go: _Pidle ...).</summary>
public enum ProcStatus : byte
{
    /// <summary>On the idle list: nobody runs it.</summary>
    Idle = 0,
    /// <summary>An M owns it and runs goroutines or looks for some.</summary>
    Running = 1,
    /// <summary>Its M is in a system call and may lose it.</summary>
    Syscall = 2,
    /// <summary>Stopped for a change of the number of Ps.</summary>
    GCStop = 3,
    /// <summary>No longer used, since the number of Ps shrank.</summary>
    Dead = 4,
}

/// <summary>Why a goroutine stopped running and stayed runnable.</summary>
public enum StopReason : byte
{
    /// <summary>It said <c>await Yield()</c>.</summary>
    Yield = 0,
    /// <summary>Its slice was over and it came to a scheduling point.</summary>
    Preempted = 1,
    /// <summary>It had lost its P as a hog and found no idle one.</summary>
    LostP = 2,
}

/// <summary>Why a P went from one M to another.</summary>
public enum HandoffReason : byte
{
    /// <summary>sysmon retook it from a system call.</summary>
    SyscallRetake = 0,
    /// <summary>A goroutine held it for a whole slice without a scheduling point.</summary>
    Hog = 1,
    /// <summary>A goroutine announced a call that blocks.</summary>
    BlockingCall = 2,
    /// <summary>The next goroutine is locked to another thread.</summary>
    LockedThread = 3,
}

/// <summary>Where a runnable goroutine was put.</summary>
public enum RunQueueKind : byte
{
    /// <summary>The next-to-run slot of the P whose stream has the record.</summary>
    RunNext = 0,
    /// <summary>The ring of the P whose stream has the record.</summary>
    Local = 1,
    /// <summary>The global queue.</summary>
    Global = 2,
    /// <summary>Not queued: it goes on running on the P that it was given.</summary>
    None = 3,
}
