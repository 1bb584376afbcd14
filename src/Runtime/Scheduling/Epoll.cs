using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gmp;

/// <summary>Linux's epoll, edge-triggered, and what wakes a thread that sleeps in it. Thread-safe.</summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    /// <summary>Events taken at once (Go: runtime/netpoll_epoll.go: netpoll).</summary>
    internal const int MostEvents = 128;

    internal const uint In = 0x001, Out = 0x004, Error = 0x008, HangUp = 0x010, PeerHangUp = 0x2000;

    private const uint EdgeTriggered = 1u << 31;
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const int Add = 1, Delete = 2;
    private const int Wait2Number = 441;   // the same on every architecture
    private const int NoSystemCall = 38;

    private static readonly bool s_isPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static volatile bool s_hasNoWait2;

    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _breaker;

    private Epoll(SafeFileHandle epoll, SafeFileHandle breaker)
    {
        _epoll = epoll;
        _breaker = breaker;
    }

    private static bool IsSupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>A new one, or null where there is none.</summary>
    internal static Epoll? TryCreate()
    {
        if (!IsSupported)
            return null;
        int epoll = CreateEpoll(CloseOnExec);
        if (epoll < 0)
            return null;
        var handle = new SafeFileHandle(epoll, ownsHandle: true);
        int breaker = CreateEvent(0, CloseOnExec | NonBlocking);
        if (breaker < 0)
        {
            handle.Dispose();
            return null;
        }
        var made = new Epoll(handle, new SafeFileHandle(breaker, ownsHandle: true));
        // Not edge-triggered: who misses the wake for one round sees it in the next.
        if (made.Control(Add, breaker, In, 0) == 0)
            return made;
        made.Dispose();
        return null;
    }

    /// <summary>Registers a file for everything that can happen to it.</summary>
    /// <param name="file">The descriptor; its owner keeps it open.</param>
    /// <param name="key">What its events carry; not 0.</param>
    /// <returns>0, or the error's number.</returns>
    internal int Register(SafeHandle file, ulong key) => WithFile(file, Add, In | Out | PeerHangUp | EdgeTriggered, key);

    /// <summary>Takes it out again.</summary>
    internal void Remove(SafeHandle file) => _ = WithFile(file, Delete, 0, 0);

    /// <summary>Takes what has happened.</summary>
    /// <param name="events">Where to, with room for <see cref="MostEvents"/>.</param>
    /// <param name="nanoseconds">How long to sleep until something does: 0 for not at all, <see cref="ThreadParker.Forever"/>.</param>
    /// <returns>How many; 0 too where <see cref="Break"/> ended the sleep.</returns>
    [SkipLocalsInit]
    internal int Wait(Span<Event> events, long nanoseconds)
    {
        byte* buffer = stackalloc byte[MostEvents * sizeof(AlignedEvent)];
        try
        {
            return Take(buffer, Wait(buffer, nanoseconds), events, mayDrain: nanoseconds != 0);
        }
        catch (ObjectDisposedException)
        {
            // The scheduler has ended under an M that is on its way out, before it slept here or after it was woken: it wants none of the events.
            return 0;
        }
    }

    private int Take(byte* buffer, int count, Span<Event> events, bool mayDrain)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            var e = s_isPacked
                ? new Event(((PackedEvent*)buffer)[i].Events, ((PackedEvent*)buffer)[i].Key)
                : new Event(((AlignedEvent*)buffer)[i].Events, ((AlignedEvent*)buffer)[i].Key);
            if (e.Key != 0)
                events[kept++] = e;
            else if (mayDrain)
                Drain();   // only by who sleeps, whom it is meant for
        }
        return kept;
    }

    /// <summary>Wakes the thread that sleeps in <see cref="Wait(Span{Event}, long)"/>, or the next one to sleep there.</summary>
    internal void Break()
    {
        ulong one = 1;
        try
        {
            _ = Write(_breaker, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The scheduler has ended, and nobody sleeps there.
        }
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _breaker.Dispose();
    }

    private void Drain()
    {
        ulong count;
        _ = Read(_breaker, &count, sizeof(ulong));
    }

    private int Wait(byte* buffer, long nanoseconds)
    {
        if (nanoseconds is 0 or ThreadParker.Forever)
            return WaitMilliseconds(_epoll, buffer, MostEvents, nanoseconds == 0 ? 0 : -1);
        if (!s_hasNoWait2)
        {
            var time = new TimeSpec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
            int count = (int)WaitNanoseconds(Wait2Number, _epoll, buffer, MostEvents, &time, null, 0);
            if (count >= 0 || Marshal.GetLastPInvokeError() != NoSystemCall)
                return count;
            s_hasNoWait2 = true;
        }
        // Before Linux 5.11: whole milliseconds, rounded up.
        return WaitMilliseconds(_epoll, buffer, MostEvents, (int)Math.Min(int.MaxValue, (nanoseconds + 999_999) / 1_000_000));
    }

    private int WithFile(SafeHandle file, int operation, uint events, ulong key)
    {
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            return Control(operation, (int)file.DangerousGetHandle(), events, key);
        }
        finally
        {
            if (isHeld)
                file.DangerousRelease();
        }
    }

    private int Control(int operation, int file, uint events, ulong key)
    {
        var aligned = new AlignedEvent { Events = events, Key = key };
        var packed = new PackedEvent { Events = events, Key = key };
        return ControlEpoll(_epoll, operation, file, s_isPacked ? &packed : &aligned) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int CreateEpoll(int flags);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int CreateEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int ControlEpoll(SafeHandle epoll, int operation, int file, void* e);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int WaitMilliseconds(SafeHandle epoll, void* events, int most, int timeout);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint WaitNanoseconds(nint number, SafeHandle epoll, void* events, nint most, TimeSpec* timeout, void* signals, nint size);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeHandle file, void* data, nint length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeHandle file, void* data, nint length);

    /// <summary>What happened to which file.</summary>
    internal readonly record struct Event(uint Events, ulong Key);

    // The kernel packs it on x64 and nowhere else.
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct PackedEvent
    {
        internal uint Events;
        internal ulong Key;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AlignedEvent
    {
        internal uint Events;
        internal ulong Key;
    }

    private struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
