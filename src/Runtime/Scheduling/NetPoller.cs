using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gmp;

/// <summary>
/// Tells which sockets are ready, and so makes goroutines runnable that wait for them (Go: runtime/netpoll.go). One for each scheduler, made with its
/// first connection.
/// </summary>
/// <remarks>
/// <para>Nobody polls beside the scheduler. An M that has nothing queued polls before it steals; one M that goes to sleep does so in the poller; sysmon
/// polls where neither came by for 10 ms. So a goroutine runs on the thread that learned of its data, and while Ps are busy a poll gives many at once.
/// Rejected: a thread for it, as the framework has: it costs a switch of threads for each burst, which is most of a small request.</para>
/// <para>Edges: a file is registered once, for both directions, and each side remembers an edge that came while nobody waited (<see cref="PollSide"/>).</para>
/// </remarks>
internal sealed class NetPoller : IDisposable
{
    /// <summary>How long after the last poll sysmon polls, ns (Go: runtime/proc.go: sysmon).</summary>
    internal const long LongestWithoutPoll = 10_000_000;

    private readonly Scheduler _scheduler;
    private readonly Epoll _epoll;
    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new();   // under the gate
    private PollDesc?[] _table = new PollDesc?[64];   // replaced when it grows; written under the gate
    private uint _lastNumber;   // under the gate
    private int _used;   // under the gate
    private int _waiters;
    private int _hasSleeper;
    private long _lastPoll;

    private NetPoller(Scheduler scheduler, Epoll epoll)
    {
        _scheduler = scheduler;
        _epoll = epoll;
        _lastPoll = Clock.Now;
    }

    internal Scheduler Scheduler => _scheduler;

    /// <summary>Goroutines that wait for it. A moment's truth.</summary>
    internal int Waiters => Volatile.Read(ref _waiters);

    /// <summary>Whether a look may find something that nobody else would: somebody waits, and no M sleeps here.</summary>
    internal bool IsWorthALook => Volatile.Read(ref _waiters) != 0 && !HasSleeper;

    /// <summary>Whether an M sleeps here, or is about to. A moment's truth.</summary>
    internal bool HasSleeper => Volatile.Read(ref _hasSleeper) != 0;

    /// <summary>When somebody polled last, in ticks (Go: sched.lastpoll).</summary>
    internal long LastPoll => Volatile.Read(ref _lastPoll);

    /// <summary>A poller, or null where the platform has none that is known here.</summary>
    internal static NetPoller? TryCreate(Scheduler scheduler) => Epoll.TryCreate() is { } epoll ? new NetPoller(scheduler, epoll) : null;

    /// <summary>Registers a socket.</summary>
    /// <exception cref="IOException">The system refused it.</exception>
    internal PollDesc Open(SafeHandle file)
    {
        PollDesc desc;
        lock (_gate)
        {
            if (!_free.TryPop(out int index))
            {
                index = _used++;
                if (index == _table.Length)
                {
                    var table = new PollDesc?[2 * index];
                    Array.Copy(_table, table, index);
                    Volatile.Write(ref _table, table);
                }
            }
            // Never 0, which is the key of no file.
            desc = new PollDesc(this, index, ++_lastNumber);
            Volatile.Write(ref _table[index], desc);
        }
        int error = _epoll.Register(file, desc.Key);
        if (error == 0)
            return desc;
        Forget(desc);
        throw new IOException($"A socket could not be registered for polling: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    /// <summary>Takes a socket out, before it is closed.</summary>
    internal void Close(PollDesc desc, SafeHandle file)
    {
        try
        {
            _epoll.Remove(file);
        }
        catch (ObjectDisposedException)
        {
            // Closed already, by somebody else or with its scheduler: then it is out.
        }
        Forget(desc);
    }

    private void Forget(PollDesc desc)
    {
        lock (_gate)
        {
            // An event that is on its way finds nothing, or another number.
            Volatile.Write(ref _table[desc.Index], null);
            _free.Push(desc.Index);
        }
    }

    // ---- Waiting -------------------------------------------------------------------------------------------------------------------------

    /// <summary>A goroutine is about to wait. Before it can be found there: the deadlock check must never see it waiting and not counted.</summary>
    internal void WaitBegan() => Interlocked.Increment(ref _waiters);

    /// <summary>So many do not wait any more; they have been queued.</summary>
    internal void WaitEnded(int count)
    {
        if (Interlocked.Add(ref _waiters, -count) == 0)
            _scheduler.OutsideWaitsEnded();
    }

    /// <summary>Ends the sleep of the M that sleeps here.</summary>
    internal void Break() => _epoll.Break();

    /// <summary>Makes the caller the one that may sleep here, if nobody is. It ends with <see cref="EndSleep"/>.</summary>
    internal bool TryBeginSleep() =>
        Volatile.Read(ref _waiters) != 0 && Interlocked.CompareExchange(ref _hasSleeper, 1, 0) == 0;

    internal void EndSleep() => Volatile.Write(ref _hasSleeper, 0);

    /// <summary>Takes those whose sockets are ready. They are still counted as waiting: see <see cref="WaitEnded"/>.</summary>
    /// <param name="nanoseconds">How long to sleep for the first event; 0 for not at all.</param>
    [SkipLocalsInit]
    internal GList Poll(long nanoseconds)
    {
        Span<Epoll.Event> events = stackalloc Epoll.Event[Epoll.MostEvents];
        int n = _epoll.Wait(events, nanoseconds);
        Volatile.Write(ref _lastPoll, Clock.Now);
        var ready = new GList();
        for (int i = 0; i < n; i++)
        {
            var e = events[i];
            var desc = Volatile.Read(ref Volatile.Read(ref _table)[PollDesc.IndexOf(e.Key)]);
            if (desc is null || desc.Key != e.Key)
                continue;
            bool isOver = (e.Events & (Epoll.Error | Epoll.HangUp)) != 0;
            if (isOver || (e.Events & (Epoll.In | Epoll.PeerHangUp)) != 0)
                ready.Append(desc.Reading.Ready(isForGood: isOver || (e.Events & Epoll.PeerHangUp) != 0));
            if (isOver || (e.Events & Epoll.Out) != 0)
                ready.Append(desc.Writing.Ready(isForGood: isOver));
        }
        return ready;
    }

    public void Dispose() => _epoll.Dispose();
}
