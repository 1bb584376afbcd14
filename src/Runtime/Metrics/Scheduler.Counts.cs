using Gmp.Tracing;

namespace Gmp;

// What the metrics read. The counts are the owners' plain ones or stand under locks that are held anyway, so nothing is paid while nobody asks.
// A reader gets a moment's truth: what moves while it adds up may be seen twice or not at all, but nothing is lost for the next look.
public sealed partial class Scheduler
{
    private readonly long[] _handoffs = new long[Enum.GetValues<HandoffReason>().Length];   // under Lock
    private readonly long[] _retakes = new long[2];                                         // by reason; under Retake
    private readonly Lock _countingSwitches = new();
    private long _parks;             // under Lock
    private long _wakes;             // under Lock
    private long _switches;          // under _countingSwitches
    private uint[] _seenSwitches = [];

    /// <summary>How often an M went to sleep.</summary>
    internal long Parks => Volatile.Read(ref _parks);

    /// <summary>How often a sleeping M was woken to run a P.</summary>
    internal long Wakes => Volatile.Read(ref _wakes);

    /// <summary>Entries in the timers' heaps, with those of stopped timers that have not been swept.</summary>
    internal long TimerCount
    {
        get
        {
            long count = 0;
            foreach (var p in Ps)
                count += p.Timers.Count;
            return count;
        }
    }

    internal long HandoffsFor(HandoffReason reason) => Volatile.Read(ref _handoffs[(int)reason]);

    internal long RetakesFor(HandoffReason reason) => Volatile.Read(ref _retakes[(int)reason]);

    /// <summary>What the owners of all Ps, those that ended too, counted.</summary>
    internal ProcessorCounts CountSteals()
    {
        var sum = default(ProcessorCounts);
        foreach (var p in EveryP)
        {
            sum.Searches += Volatile.Read(ref p.Counts.Searches);
            sum.Steals += Volatile.Read(ref p.Counts.Steals);
            sum.Stolen += Volatile.Read(ref p.Counts.Stolen);
        }
        return sum;
    }

    /// <summary>How many goroutines were ever made, and how many of them have ended.</summary>
    internal void CountGoroutines(out long created, out long ended)
    {
        var ms = AllMs();
        var ps = EveryP;
        // The ends first: no goroutine is then seen to end that was not seen to be made.
        ended = Volatile.Read(ref _endedOnEndedMs) + _outside.Ended;
        foreach (var p in ps)
            ended += p.Goroutines.Ended;
        foreach (var m in ms)
            ended += m.Goroutines.Ended;
        created = Volatile.Read(ref _createdByEndedMs) + _outside.Created;
        foreach (var p in ps)
            created += p.Goroutines.Created;
        foreach (var m in ms)
            created += m.Goroutines.Created;
        created = Math.Max(created, ended);
    }

    /// <summary>How many goroutines are in each state. From queues and threads, so a million that wait cost nothing.</summary>
    internal GoroutineStates CountStates()
    {
        CountGoroutines(out long created, out long ended);
        long runnable = Global.Count, running = 0, syscall = 0;
        foreach (var p in Ps)
            runnable += p.QueueLength;
        foreach (var m in AllMs())
        {
            if (m.CurrentG is null)
                continue;
            if (m.State == M.InSyscall)
                syscall++;
            else
                running++;
        }
        return new GoroutineStates(runnable, running, syscall, Math.Max(0, created - ended - runnable - running - syscall));
    }

    /// <summary>How many threads there are, and what they do.</summary>
    internal ThreadStates CountThreads()
    {
        int total, idle, locked, spinning, syscall = 0;
        lock (Lock)
        {
            total = _allMs.Count;
            idle = _idleMCount + _idleLockedMs;
            locked = _lockedThreads;
            spinning = Math.Clamp(Spinning, 0, total - idle);
            foreach (var m in _allMs)
                syscall += m.State == M.InSyscall ? 1 : 0;
        }
        return new ThreadStates(Math.Max(0, total - idle - spinning - syscall), spinning, syscall, idle, locked, Volatile.Read(ref _lastMId));
    }

    /// <summary>How many Ps there are, and how many of them run nothing.</summary>
    internal void CountProcessors(out int running, out int idle)
    {
        lock (Lock)
        {
            idle = _idlePCount;
            running = _presentPs - idle;
        }
    }

    /// <summary>
    /// How often goroutines were switched to. The Ps' own counters are of 32 bits, which some minutes fill: sysmon calls this every second while anything
    /// runs.
    /// </summary>
    internal long CountSwitches()
    {
        lock (_countingSwitches)
        {
            var ps = EveryP;
            if (_seenSwitches.Length < ps.Length)
                Array.Resize(ref _seenSwitches, ps.Length);
            for (int i = 0; i < ps.Length; i++)
            {
                uint now = Volatile.Read(ref ps[i].Switches);
                _switches += now - _seenSwitches[i];
                _seenSwitches[i] = now;
            }
            return _switches;
        }
    }
}

/// <summary>Goroutines by state.</summary>
internal readonly record struct GoroutineStates(long Runnable, long Running, long Syscall, long Waiting);

/// <summary>Ms by what they do; those that are locked to a goroutine are among them. <paramref name="Created"/> counts those that ended too.</summary>
internal readonly record struct ThreadStates(long Running, long Spinning, long Syscall, long Idle, long Locked, long Created);
