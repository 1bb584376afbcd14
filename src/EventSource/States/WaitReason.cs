namespace Gmp.Tracing;

/// <summary>
/// Why a goroutine waits. One enum for dumps and for traces (Go keeps two and calls that silly in its own source,
/// runtime/traceruntime.go: GoPark). Numbers are the wire's: never changed, new ones appended.
/// </summary>
public enum WaitReason : byte
{
    /// <summary>It does not wait.</summary>
    None = 0,
    /// <summary><c>await ch.Receive()</c>.</summary>
    ChanReceive = 1,
    /// <summary><c>await ch.Send(v)</c>.</summary>
    ChanSend = 2,
    /// <summary><c>Select</c> with at least one case.</summary>
    Select = 3,
    /// <summary><c>Select</c> with no case: for ever.</summary>
    SelectNoCases = 4,
    /// <summary><c>await Sleep(d)</c>.</summary>
    Sleep = 5,
    /// <summary><c>GoMutex.Lock</c>.</summary>
    MutexLock = 6,
    /// <summary><c>GoRWMutex.RLock</c>.</summary>
    RWMutexRLock = 7,
    /// <summary><c>GoRWMutex.Lock</c>.</summary>
    RWMutexLock = 8,
    /// <summary><c>WaitGroup.Wait</c>.</summary>
    WaitGroupWait = 9,
    /// <summary><c>GoCond.Wait</c>.</summary>
    CondWait = 10,
    /// <summary><c>GoSemaphore.Acquire</c>.</summary>
    SemAcquire = 11,
    /// <summary>Sockets, files and pipes.</summary>
    IOWait = 12,
    /// <summary>A Task or another awaitable that is not the scheduler's.</summary>
    ForeignAwait = 13,
    /// <summary><c>GoOnce.Do</c> that another goroutine carries out.</summary>
    Once = 14,
    /// <summary>A pool worker without a task.</summary>
    PoolWorkerIdle = 15,
    /// <summary>A submitter that waits for a place in a pool.</summary>
    PoolSubmit = 16,
}

/// <summary>The words of Go's dumps for each <see cref="WaitReason"/>.</summary>
public static class WaitReasons
{
    private static readonly string[] s_text =
    [
        "", "chan receive", "chan send", "select", "select (no cases)", "sleep", "sync.Mutex.Lock", "sync.RWMutex.RLock",
        "sync.RWMutex.Lock", "sync.WaitGroup.Wait", "sync.Cond.Wait", "semacquire", "IO wait", "foreign await", "sync.Once.Do",
        "pool worker (idle)", "pool submit",
    ];

    /// <summary>The words, as Go's goroutine dumps print them; a number that this table does not know prints as <c>reason N</c>.</summary>
    public static string Text(this WaitReason reason) =>
        (int)reason < s_text.Length ? s_text[(int)reason] : $"reason {(int)reason}";
}
