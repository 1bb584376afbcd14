namespace Gmp.Tracing;

/// <summary>
/// What happened. The number is the wire's: it is never reused and never changed. New kinds are appended;
/// a reader that does not know one skips it by the schema that the trace itself carries.
/// </summary>
/// <remarks>The fields of each kind stand in <see cref="EventTable"/>.</remarks>
public enum EventKind : byte
{
    /// <summary>Not an event.</summary>
    None = 0,

    /// <summary>The number of Ps became known or changed.</summary>
    ProcsChange = 1,
    /// <summary>An M acquired this P and runs it.</summary>
    ProcStart = 2,
    /// <summary>The M that ran this P released it: the P is idle.</summary>
    ProcStop = 3,
    /// <summary>First mention of this P in a generation: its state.</summary>
    ProcStatus = 4,
    /// <summary>sysmon took this P from an M that was in a system call or ran one G too long.</summary>
    ProcRetake = 5,
    /// <summary>This P was given to another M to go on with.</summary>
    ProcHandoff = 6,

    /// <summary>A goroutine was created and is runnable.</summary>
    GoCreate = 10,
    /// <summary>A goroutine starts to run on this P.</summary>
    GoStart = 11,
    /// <summary>A goroutine ended.</summary>
    GoDestroy = 12,
    /// <summary>A goroutine stopped running and is runnable: it yielded or was preempted.</summary>
    GoStop = 13,
    /// <summary>A goroutine stopped running and waits.</summary>
    GoBlock = 14,
    /// <summary>A waiting goroutine became runnable.</summary>
    GoUnblock = 15,
    /// <summary>A goroutine entered a system call; its P stays attached but may be taken.</summary>
    GoSyscallBegin = 16,
    /// <summary>A goroutine came back from a system call with its P.</summary>
    GoSyscallEnd = 17,
    /// <summary>A goroutine came back from a system call and its P was gone: it is runnable.</summary>
    GoSyscallEndBlocked = 18,
    /// <summary>First mention of a goroutine in a generation: its state and where it was created.</summary>
    GoStatus = 19,
    /// <summary>A goroutine has held this P for a whole slice without a scheduling point.</summary>
    GoHog = 20,
    /// <summary>A goroutine that was a hog came to a scheduling point.</summary>
    GoHogEnd = 21,
    /// <summary>The labels of a goroutine: those that it has when it is first mentioned, or from now on.</summary>
    GoLabels = 22,
    /// <summary>What a waiting goroutine waits on, and who has it: after a GoBlock on a lock, and in a snapshot.</summary>
    GoWaitsOn = 23,
    /// <summary>A goroutine took a lock, or was given it, while others wait for it.</summary>
    LockTaken = 24,
    /// <summary>The thread of a goroutine that runs, with its P, sleeps in the kernel: a call that the scheduler was not told of.</summary>
    GoStall = 25,

    /// <summary>This P took goroutines from another P's run queue.</summary>
    Steal = 30,
    /// <summary>This P's run queue was full: goroutines moved to the global queue.</summary>
    GlobalPut = 31,
    /// <summary>This P took goroutines from the global queue.</summary>
    GlobalGet = 32,

    /// <summary>A thread became an M of this scheduler.</summary>
    MStart = 40,
    /// <summary>The M of this P starts to look for work.</summary>
    MSpinBegin = 41,
    /// <summary>The M of this P stops looking for work.</summary>
    MSpinEnd = 42,
    /// <summary>An M has nothing to do and sleeps.</summary>
    MPark = 43,
    /// <summary>A sleeping M was woken.</summary>
    MUnpark = 44,

    /// <summary>A creation site: the <c>file:line</c> of a <c>Go</c> call.</summary>
    Site = 50,
    /// <summary>Every record with a time up to this one's has been flushed, but for those in the making.</summary>
    FlushMark = 51,
    /// <summary>Queue depths and counts, as sysmon sees them.</summary>
    Heartbeat = 52,
    /// <summary>A scheduler started, or was found running when the recording started.</summary>
    SchedulerStart = 53,
    /// <summary>A scheduler ended; nothing of it follows.</summary>
    SchedulerStop = 54,

    /// <summary>An M's thread ended: with the goroutine that was locked to it, or after too long without work.</summary>
    MStop = 55,
    /// <summary>The garbage collector stopped every thread of the process.</summary>
    GcPause = 56,
    /// <summary>Every goroutine that was alive when a session started has been told.</summary>
    SnapshotEnd = 57,

    /// <summary>The program began a task of its own, which spans goroutines.</summary>
    UserTaskBegin = 60,
    /// <summary>The program ended a task.</summary>
    UserTaskEnd = 61,
    /// <summary>A goroutine entered a region that the program named.</summary>
    UserRegionBegin = 62,
    /// <summary>A region ended.</summary>
    UserRegionEnd = 63,
    /// <summary>A message of the program.</summary>
    UserLog = 64,
    /// <summary>A text that other records name by its number.</summary>
    UserText = 65,
    /// <summary>One label of a set that goroutines have.</summary>
    Label = 66,
}
