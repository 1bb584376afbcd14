using System.Runtime.InteropServices;

namespace Gmp;

/// <summary>
/// Puts one thread to sleep until another wakes it or a time has passed. A wake before the sleep is kept: the sleep returns at once.
/// One sleeper, any number of wakers.
/// </summary>
internal abstract class ThreadParker
{
    /// <summary>No time limit.</summary>
    internal const long Forever = long.MaxValue;

    /// <summary>The best that the platform has.</summary>
    internal static ThreadParker Create() =>
        FutexParker.IsSupported ? new FutexParker() : new MonitorParker();

    /// <summary>
    /// Asks the operating system to end the calling thread's timed sleeps on time. Linux else lets each last up to 50 us longer, to spare wakes: more
    /// than twice as long as sysmon means to sleep.
    /// </summary>
    internal static void SleepExactly()
    {
        if (FutexParker.IsSupported)
            FutexParker.SetTimerSlack();
    }

    /// <summary>Sleeps.</summary>
    /// <param name="nanoseconds">At most this long, or <see cref="Forever"/>.</param>
    /// <returns>True if it was woken, false if the time passed.</returns>
    internal abstract bool Park(long nanoseconds = Forever);

    /// <summary>Wakes the sleeper, or the next one to sleep.</summary>
    internal abstract void Unpark();
}

/// <summary>For every platform; its clock counts whole milliseconds, rounded up.</summary>
internal sealed class MonitorParker : ThreadParker
{
    private readonly object _gate = new();
    private bool _notified;

    internal override bool Park(long nanoseconds)
    {
        lock (_gate)
        {
            if (!_notified)
            {
                if (nanoseconds == Forever)
                {
                    while (!_notified)
                        Monitor.Wait(_gate);
                }
                else
                {
                    Monitor.Wait(_gate, (int)Math.Min(int.MaxValue, (nanoseconds + 999_999) / 1_000_000));
                }
            }
            bool woken = _notified;
            _notified = false;
            return woken;
        }
    }

    internal override void Unpark()
    {
        lock (_gate)
        {
            _notified = true;
            Monitor.Pulse(_gate);
        }
    }
}

/// <summary>Linux: a futex, which wakes no sooner and no dearer than a monitor but knows nanoseconds.</summary>
internal sealed unsafe class FutexParker : ThreadParker
{
    private const int Empty = 0, Parked = -1, Notified = 1;
    private const int FutexWaitPrivate = 128, FutexWakePrivate = 129;
    private const int SetTimerSlackOption = 29;

    private readonly int* _state = (int*)NativeMemory.AlignedAlloc(64, 64);

    internal FutexParker() => *_state = Empty;

    ~FutexParker() => NativeMemory.AlignedFree(_state);

    internal static bool IsSupported { get; } = OperatingSystem.IsLinux() && FutexNumber > 0;

    private static long FutexNumber => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 => 98,
        _ => -1,
    };

    internal override bool Park(long nanoseconds)
    {
        // Parked only from Empty, so a wake that came first is not overwritten.
        if (Interlocked.CompareExchange(ref *_state, Parked, Empty) == Notified)
        {
            // A full fence: what the waker wrote before its wake is read after this.
            Interlocked.Exchange(ref *_state, Empty);
            return true;
        }
        long end = nanoseconds == Forever ? 0 : Clock.Now + Clock.FromNanoseconds(nanoseconds);
        while (true)
        {
            if (nanoseconds == Forever)
            {
                Syscall(FutexNumber, _state, FutexWaitPrivate, Parked, null);
            }
            else
            {
                long left = Clock.ToNanoseconds(end - Clock.Now);
                if (left <= 0)
                    return Interlocked.Exchange(ref *_state, Empty) == Notified;
                var time = new TimeSpec { Seconds = left / 1_000_000_000, Nanoseconds = left % 1_000_000_000 };
                Syscall(FutexNumber, _state, FutexWaitPrivate, Parked, &time);
            }
            // Futexes wake without reason at times: only the state decides.
            if (Interlocked.CompareExchange(ref *_state, Empty, Notified) == Notified)
                return true;
        }
    }

    internal override void Unpark()
    {
        if (Interlocked.Exchange(ref *_state, Notified) == Parked)
            Syscall(FutexNumber, _state, FutexWakePrivate, 1, null);
        GC.KeepAlive(this);
    }

    /// <summary>A wish: where it is refused, sleeps last as long as they did.</summary>
    internal static void SetTimerSlack() => _ = ProcessControl(SetTimerSlackOption, 1, 0, 0, 0);

    [DllImport("libc", EntryPoint = "prctl")]
    private static extern int ProcessControl(int option, nint a, nint b, nint c, nint d);

    [DllImport("libc", EntryPoint = "syscall")]
    private static extern long Syscall(long number, int* address, int operation, int value, TimeSpec* timeout);

    private struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
