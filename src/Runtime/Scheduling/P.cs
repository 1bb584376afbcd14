using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A logical processor: the right to run goroutines, and what that takes without a lock: a run queue, free goroutines, ids, trace records.
/// All but what is marked belongs to the M that owns the P, or to sysmon while it has taken the P.
/// </summary>
internal sealed class P(Scheduler scheduler, int id, BatchBuffer trace)
{
    /// <summary>
    /// How many times in a row runnext may go before the ring. It shares its predecessor's slice, so a pair that ready each other for ever
    /// would starve the ring; Go leaves that to preemption, which comes only after 10 ms.
    /// </summary>
    internal const int MostRunNextInARow = 64;

    internal readonly int Id = id;
    internal readonly RunQueue Queue = new();
    internal readonly GCache Goroutines = new(scheduler);

    /// <summary>Any thread; they are shared like the run queue.</summary>
    internal readonly Timers Timers = new(scheduler, id);

    internal readonly BatchBuffer Trace = trace;

    /// <summary>The M that owns it; read by sysmon and thieves, who verify under <see cref="Scheduler.Retake"/>.</summary>
    internal volatile M? M;

    /// <summary>For dumps and traces; the truth is who owns it.</summary>
    internal ProcStatus Status;

    /// <summary>
    /// The goroutine that the running one readied last, next to run. Owner only; a thief takes it as sysmon takes a P, by the asymmetric
    /// protocol of <see cref="Scheduler.TryTakeP"/>, so that the owner pays no atomic operation for it.
    /// </summary>
    internal G? RunNext;

    /// <summary>
    /// Goes up at each switch. Read by sysmon, for which a hog is one that goes on in the same run, and by thieves, which take runnext only
    /// while one goroutine goes on running.
    /// </summary>
    internal uint Switches;

    /// <summary>Goes up at each switch that begins a slice. Read by sysmon.</summary>
    internal uint SchedTick;

    /// <summary>Goes up at each return from a system call and each retake. Read by sysmon.</summary>
    internal uint SyscallTick;

    /// <summary>What its owners did with it, for the metrics.</summary>
    internal ProcessorCounts Counts;

    /// <summary>The next on the idle list. Under the scheduler's lock.</summary>
    internal P? IdleLink;

    private G[]? _overflow;   // what the ring had too many of, on its way to the global queue; kept for the next time
    private int _runNextInARow;

    /// <summary>What waits here, with runnext; from another thread, a moment's truth.</summary>
    internal int QueueLength => Queue.Count + (Volatile.Read(ref RunNext) is null ? 0 : 1);

    /// <summary>Puts a goroutine next; who was next goes to the ring's tail (Go: runqput with next).</summary>
    internal void PutNext(G g)
    {
        Interleave.BeforeRead(in RunNext);
        var kicked = RunNext;
        // Release: a thief that peeks sees the goroutine whole.
        Volatile.Write(ref RunNext, g);
        if (kicked is not null)
            PutTail(kicked);
    }

    /// <summary>Puts a goroutine at the ring's tail; half the ring goes to the global queue if it is full (Go: runqputslow).</summary>
    internal void PutTail(G g)
    {
        while (!Queue.TryPut(g))
        {
            var overflow = _overflow ??= new G[(RunQueue.Capacity / 2) + 1];
            if (!Queue.TryTakeHalf(overflow))
                continue;
            overflow[^1] = g;
            lock (scheduler.Lock)
                scheduler.Global.Put(overflow);
            scheduler.Tracer.GlobalPut(this, overflow.Length);
            return;
        }
    }

    /// <summary>Whether runnext has gone before the ring as often in a row as it may. Owner only.</summary>
    internal bool IsChainOver => _runNextInARow >= MostRunNextInARow;

    /// <summary>Another goes before runnext, which goes to the tail. Owner only.</summary>
    internal void EndChain()
    {
        _runNextInARow = 0;
        Interleave.BeforeRead(in RunNext);
        if (RunNext is not { } next)
            return;
        RunNext = null;
        PutTail(next);
    }

    /// <summary>Takes the next to run from this P, or null.</summary>
    /// <param name="inherit">True if it goes on with its predecessor's slice.</param>
    internal G? Get(out bool inherit)
    {
        Interleave.BeforeRead(in RunNext);
        var next = RunNext;
        if (next is not null)
        {
            if (_runNextInARow < MostRunNextInARow)
            {
                _runNextInARow++;
                Interleave.BeforeWrite();
                RunNext = null;
                inherit = true;
                return next;
            }
            var oldest = Queue.Get();
            if (oldest is not null)
            {
                RunNext = null;
                PutTail(next);
                next = oldest;
            }
            else
            {
                RunNext = null;
            }
            _runNextInARow = 0;
            inherit = false;
            return next;
        }
        _runNextInARow = 0;
        inherit = false;
        return Queue.Get();
    }
}
