using System.Runtime.InteropServices;

namespace Gmp;

/// <summary>
/// How long a thread was on a CPU. It tells a goroutine that computes from one whose thread the operating system did not let run.
/// </summary>
internal static class ThreadCpuTime
{
    /// <summary>The current thread's id in the operating system, or 0 where it is not known.</summary>
    internal static long CurrentThreadId => OperatingSystem.IsLinux() ? GetTid() : 0;

    /// <summary>CPU time of a thread of this process, ns. Any thread; a system call of about a microsecond.</summary>
    /// <returns>False where the platform does not tell.</returns>
    internal static unsafe bool TryRead(long threadId, out long nanoseconds)
    {
        nanoseconds = 0;
        if (threadId == 0)
            return false;
        // The kernel's number for "the CPU clock of thread N": its complement, shifted, with the bits for per-thread and scheduler time.
        int clock = (int)((~threadId << 3) | 6);
        TimeSpec time;
        if (ClockGetTime(clock, &time) != 0)
            return false;
        nanoseconds = (time.Seconds * 1_000_000_000) + time.Nanoseconds;
        return true;
    }

    [DllImport("libc", EntryPoint = "gettid")]
    private static extern int GetTid();

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern unsafe int ClockGetTime(int clock, TimeSpec* time);

    private struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
