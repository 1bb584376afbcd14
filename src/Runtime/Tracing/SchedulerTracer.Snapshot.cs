using Gmp.Tracing;

namespace Gmp;

// The state of everything that was there when a session started: sysmon's, a piece in each of its rounds, so that a million goroutines keep it from its
// other work no longer than a few hundred do.
//
// A goroutine that moves meanwhile tells its own state before it does, at an earlier or a later time than the snapshot does: readers take the first word
// on it. The snapshot does not mark those that it told of as mentioned. If it did, a goroutine could have read the time of its next transition before
// the snapshot read its own, find itself marked, and stand in the trace before anything is known of it. A second word on those that move is the price.
internal sealed partial class SchedulerTracer
{
    /// <summary>Goroutines a round: less than a millisecond, and sysmon looks at hogs every 2 ms at most.</summary>
    private const int SnapshotPiece = 4096;

    private ReadOnlyMemory<G> _unseen;   // sysmon's, as all of these
    private int _snapshotGeneration;
    private int _toldGeneration;

    /// <summary>The generation of the last snapshot that is complete. Any thread.</summary>
    internal int ToldGeneration => Volatile.Read(ref _toldGeneration);

    /// <summary>Whether a snapshot is under way. sysmon's.</summary>
    internal bool IsTakingSnapshot { get; private set; }

    /// <summary>Begins a snapshot for the newest session: what runs and the idle Ps at once, the goroutines piece by piece. On sysmon.</summary>
    internal void BeginSnapshot()
    {
        _snapshotGeneration = GmpEventSource.Generation;
        lock (_noPLock)
            PrepareNoP(Clock.Now);
        TellIdleProcessors();
        // Those that run first, with where: a hog that started before the session is then in its lane from the first moment.
        foreach (var m in _scheduler.AllMs())
        {
            if (m.CurrentG is { Status: GoStatus.Running or GoStatus.Syscall } running)
                TellUnseen(running, m);
            TellHog(m);
        }
        _unseen = _scheduler.AllGs.View();
        IsTakingSnapshot = true;
    }

    /// <summary>Goes on with the snapshot. On sysmon, while <see cref="IsTakingSnapshot"/>.</summary>
    internal void GoOnWithSnapshot()
    {
        var piece = _unseen.Span[..Math.Min(SnapshotPiece, _unseen.Length)];
        foreach (var g in piece)
            TellUnseen(g, null);
        _unseen = _unseen[piece.Length..];
        if (!_unseen.IsEmpty)
            return;
        _unseen = default;
        IsTakingSnapshot = false;
        lock (_noPLock)
        {
            long time = Clock.Now;
            PrepareNoP(time);
            RowNoP(EventTable.Find(EventKind.SnapshotEnd)!, time, [_snapshotGeneration, _scheduler.Alive, Scheduler.RunningCount]);
        }
        Volatile.Write(ref _toldGeneration, _snapshotGeneration);
    }

    /// <summary>Nobody records any more. On sysmon.</summary>
    internal void AbandonSnapshot()
    {
        _unseen = default;
        IsTakingSnapshot = false;
    }

    // Who is not its owner: what is read may belong to two lives of the object, or to the moment before its owner told of it. Then that owner, or the
    // next life, tells more, and nothing is written here.
    private void TellUnseen(G g, M? m)
    {
        ushort generation = (ushort)_snapshotGeneration, mentioned = Volatile.Read(ref g.TraceGeneration);
        if (mentioned == generation)
            return;
        long id = Volatile.Read(ref g.Id);
        var status = g.StatusSeen;
        if (status is GoStatus.Idle or GoStatus.Dead)
            return;
        // Before the checks below: a state that was left since was left at a later time.
        long time = Clock.Now;
        int onP = m?.PSeen?.Id ?? EventTable.NoP;
        var (on, holder) = status == GoStatus.Waiting ? WaitsOn(g) : default;
        // A lock each: Ms that lost their P must not wait for a whole piece.
        lock (_noPLock)
        {
            if (Volatile.Read(ref g.TraceGeneration) == generation || g.StatusSeen != status || Volatile.Read(ref g.Id) != id)
                return;
            PrepareNoP(time);
            Tell(_noP, EventTable.NoP, onP, g, id, status, m, time);
            if (on != 0)
                RowNoP(EventTable.Find(EventKind.GoWaitsOn)!, time, [id, on, holder]);
        }
        // It has been parked through a generation in which it told nothing: before its number comes round again, it must not look as if it had told.
        // If it tells just now, it tells once more.
        if (mentioned != 0)
            Volatile.Write(ref g.TraceGeneration, (ushort)0);
    }

    // What one waits on that waits since before the session, and who has it: without that, a program which is stuck already tells nothing of why. A lock by
    // the leaf, a channel by the waiter that the goroutine keeps; waits with a token on a channel, and selects, are told by neither.
    private (long On, long Holder) WaitsOn(G g)
    {
        var reason = g.WaitReason;
        if (g.Leaf is SyncLeaf { Waiter: { On: { } on } waiter })
            return waiter.Reason == reason ? (on.Id, on.HolderSeen(reason, _scheduler)) : default;
        return reason is WaitReason.ChanReceive or WaitReason.ChanSend && g.Waiter is { } kept && kept.Reason == reason ? (kept.ObjectSeen, 0) : default;
    }

    // A hog whose P was taken before the session started: sysmon has said so to nobody, and says nothing more until the goroutine comes to a scheduling
    // point, if it ever does.
    private void TellHog(M m)
    {
        lock (_scheduler.Retake)
        {
            // The M must pass this lock before it does anything without its P, so the goroutine is still the one that lost it.
            if (!m.LostAsHog || m.CurrentG is not { } g)
                return;
            long time = Clock.Now;
            var watch = m.Watch;   // a copy, since the M's own is its to update as soon as it is past the lock
            watch.Update(m.ThreadId, time);
            lock (_noPLock)
            {
                PrepareNoP(time);
                RowNoP(EventTable.Find(EventKind.GoHog)!, time, [g.Id, m.Id, watch.ObservedNs, watch.OnCpuNs]);
            }
        }
    }

    // Nobody owns an idle P, and under the scheduler's lock nobody comes to.
    private void TellIdleProcessors()
    {
        lock (_scheduler.Lock)
        {
            foreach (var p in _scheduler.EveryP)
            {
                if (p.Status == ProcStatus.Idle)
                    PrepareP(p, Clock.Now);
            }
        }
    }
}
