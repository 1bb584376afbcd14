using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// Writes a scheduler's records: each P's into its own buffer, by whoever owns the P, and the rest into one under a lock.
/// </summary>
/// <remarks>
/// Invariants that readers build on:
/// <list type="bullet">
/// <item>a record's time is read before its effect can be seen by others (a goroutine's unblocking before it is queued) or after it
/// (its start after it was taken), so cause never has a later time than its effect;</item>
/// <item>the first mention of a G or P in a generation is its state;</item>
/// <item>a FlushMark is written after everything up to its time has been flushed.</item>
/// </list>
/// <para>Every method is called only where <see cref="IsOn"/> is true, but for those that say otherwise. That may be for the metrics' sake alone:
/// then nothing is written, and no goroutine counts as mentioned in a generation that nobody records.</para>
/// </remarks>
internal sealed partial class SchedulerTracer
{
    private readonly Scheduler _scheduler;
    private readonly int _id;
    private readonly BatchBuffer _noP;
    private readonly Lock _noPLock = new();
    private readonly SwitchTimes _times;

    internal SchedulerTracer(Scheduler scheduler, int id)
    {
        _scheduler = scheduler;
        _id = id;
        _times = new SwitchTimes(scheduler);
        _noP = NewBuffer(EventTable.NoP);
    }

    /// <summary>Whether anyone listens or measures: one load.</summary>
    internal static bool IsOn
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => GmpEventSource.Modes != 0;
    }

    /// <summary>Whether anyone wants records.</summary>
    internal static bool IsTracing => (GmpEventSource.Modes & (GmpEventSource.Mode.Batches | GmpEventSource.Mode.Transitions)) != 0;

    private static bool Measures => (GmpEventSource.Modes & GmpEventSource.Mode.Metrics) != 0;

    private static bool Batches => (GmpEventSource.Modes & GmpEventSource.Mode.Batches) != 0;

    private static bool Transitions => (GmpEventSource.Modes & GmpEventSource.Mode.Transitions) != 0;

    internal BatchBuffer NewBuffer(int stream) => new(GmpEventSource.Log, _id, stream);

    // ---- Ps: the caller owns p -------------------------------------------------------------------------------------------------------

    internal void ProcStart(P p, M m, long time) => Put(p, EventKind.ProcStart, time, m.Id);

    internal void ProcStop(P p, M m, long time) => Put(p, EventKind.ProcStop, time, m.Id);

    internal void ProcRetake(P p, M m, G g, HandoffReason reason, long time)
    {
        if (!IsTracing)
            return;
        Mention(p, m, g, g.Status, time);
        PutMentioned(p, EventKind.ProcRetake, time, m.Id, g.Id, (long)reason);
    }

    internal void ProcHandoff(P p, M from, M to, HandoffReason reason, long time) =>
        Put(p, EventKind.ProcHandoff, time, from.Id, to.Id, (long)reason);

    internal void GoStart(P p, M m, G g, long time)
    {
        if (Measures)
            _times.Started(m, g, time);
        if (!IsTracing)
            return;
        Mention(p, m, g, GoStatus.Runnable, time);
        PutMentioned(p, EventKind.GoStart, time, g.Id);
    }

    internal void GoDestroy(P p, G g, long time)
    {
        if (Measures)
            _times.Stopped(p.M!, time);
        if (IsTracing)
            PutMentioned(p, EventKind.GoDestroy, time, g.Id);
    }

    internal void GoStop(P p, G g, StopReason reason, RunQueueKind queue, long time)
    {
        if (Measures)
        {
            _times.Stopped(p.M!, time);
            SwitchTimes.BecameRunnable(g, time);
        }
        if (IsTracing)
            PutMentioned(p, EventKind.GoStop, time, g.Id, (long)reason, (long)queue);
    }

    /// <param name="p">The P.</param>
    /// <param name="g">The goroutine's id.</param>
    /// <param name="reason">Why it waits.</param>
    /// <param name="on">The id of what it waits on, or 0.</param>
    /// <param name="holder">Who has that, if it is a lock; 0 if nobody knows.</param>
    /// <param name="time">When.</param>
    internal void GoBlock(P p, long g, WaitReason reason, long on, long holder, long time)
    {
        if (Measures)
            _times.Stopped(p.M!, time);
        if (!IsTracing)
            return;
        PutMentioned(p, EventKind.GoBlock, time, g, (long)reason, on);
        if (holder != 0)
            PutMentioned(p, EventKind.GoWaitsOn, time, g, on, holder);
    }

    internal void GoUnblock(P p, M m, G g, RunQueueKind queue, long time)
    {
        // Before the measuring, which writes over since when it waits.
        if (IsTracing)
        {
            Mention(p, m, g, GoStatus.Waiting, time);
            PutMentioned(p, EventKind.GoUnblock, time, g.Id, m.CurrentG?.Id ?? 0, (long)queue);
        }
        if (Measures)
            SwitchTimes.BecameRunnable(g, time);
    }

    internal void GoSyscall(P p, EventKind kind, M m, G g, long time)
    {
        if (Measures)
        {
            if (kind == EventKind.GoSyscallBegin)
                _times.Stopped(m, time);
            else
                SwitchTimes.GoesOn(m, time);
        }
        if (!IsTracing)
            return;
        Mention(p, m, g, g.Status, time);
        PutMentioned(p, kind, time, g.Id);
    }

    internal void GoHog(P p, M m, G g, in SliceWatch watch, long time)
    {
        if (!IsTracing)
            return;
        Mention(p, m, g, GoStatus.Running, time);
        Row(p.Trace, p.Id, EventTable.Find(EventKind.GoHog)!, time, [g.Id, m.Id, watch.ObservedNs, watch.OnCpuNs]);
    }

    /// <summary>The thread of a running goroutine sleeps. On sysmon, which owns neither it nor its P: nothing is written if that run is over.</summary>
    internal void GoStall(P p, M m, G g, uint switches)
    {
        long id = Volatile.Read(ref g.Id), time = Clock.Now;
        lock (_noPLock)
        {
            // After the time: a run that is not over by now ends at a later one.
            if (Volatile.Read(ref p.Switches) != switches || m.State != M.InUser || m.CurrentG != g)
                return;
            PrepareNoP(time);
            RowNoP(EventTable.Find(EventKind.GoStall)!, time, [id, m.Id, m.Watch.ObservedNs, m.Watch.OnCpuNs, m.Watch.SleptNs]);
        }
    }

    internal void GoCreate(P p, G g, RunQueueKind queue, long time)
    {
        if (Measures)
            SwitchTimes.BecameRunnable(g, time);
        if (!IsTracing)
            return;
        PrepareP(p, time);
        MentionSite(p.Trace, p.Id, g.Site, time);
        g.TraceGeneration = (ushort)p.Trace.Generation;
        Row(p.Trace, p.Id, EventTable.Find(EventKind.GoCreate)!, time, [g.Id, g.ParentId, g.Site.Id, (long)queue], g.Name);
        if (g.Labels is { } labels)
            TellLabels(p.Trace, p.Id, g.Id, labels, time);
    }

    internal void Steal(P thief, P victim, int count, G first, long time) => Put(thief, EventKind.Steal, time, victim.Id, count, first.Id);

    /// <summary>May be called when nobody listens.</summary>
    internal void GlobalPut(P p, int count)
    {
        if (IsOn)
            Put(p, EventKind.GlobalPut, Clock.Now, count);
    }

    internal void GlobalGet(P p, int count, long time) => Put(p, EventKind.GlobalGet, time, count);

    internal void SpinBegin(P p, M m, long time) => Put(p, EventKind.MSpinBegin, time, m.Id);

    internal void SpinEnd(P p, M m, bool found, long time) => Put(p, EventKind.MSpinEnd, time, m.Id, found ? 1 : 0);

    /// <summary>Before a park is committed: once it is, the goroutine is no longer the caller's to describe.</summary>
    internal void MentionBeforePark(P p, M m, G g, long time)
    {
        if (IsTracing)
            Mention(p, m, g, GoStatus.Running, time);
    }

    // ---- Without a P -----------------------------------------------------------------------------------------------------------------

    /// <summary>A goroutine's record outside any P. Read <paramref name="time"/> before the effect.</summary>
    internal void WithoutP(EventKind kind, M? m, G g, GoStatus before, long time, long a = 0, long b = 0)
    {
        if (IsTracing)
        {
            lock (_noPLock)
            {
                PrepareNoP(time);
                MentionNoP(g, before, m, time);
                var spec = EventTable.Find(kind)!;
                Span<long> numbers = [g.Id, a, b];
                RowNoP(spec, time, numbers[..spec.NumberCount]);
            }
        }
        if (!Measures)
            return;
        if (kind is EventKind.GoStop or EventKind.GoDestroy or EventKind.GoSyscallBegin)
            _times.Stopped(m!, time);
        if (kind is EventKind.GoStop or EventKind.GoUnblock or EventKind.GoSyscallEndBlocked)
            SwitchTimes.BecameRunnable(g, time);
    }

    internal void GoCreateWithoutP(G g, long time)
    {
        if (Measures)
            SwitchTimes.BecameRunnable(g, time);
        if (!IsTracing)
            return;
        lock (_noPLock)
        {
            PrepareNoP(time);
            MentionSite(_noP, EventTable.NoP, g.Site, time);
            g.TraceGeneration = (ushort)_noP.Generation;
            RowNoP(EventTable.Find(EventKind.GoCreate)!, time, [g.Id, g.ParentId, g.Site.Id, (long)RunQueueKind.Global], g.Name);
            if (g.Labels is { } labels)
                TellLabels(_noP, EventTable.NoP, g.Id, labels, time);
        }
    }

    internal void GoBlockWithoutP(long g, WaitReason reason, long on, long holder, long time)
    {
        if (Measures)
            _times.Stopped(M.Current!, time);
        if (!IsTracing)
            return;
        lock (_noPLock)
        {
            PrepareNoP(time);
            RowNoP(EventTable.Find(EventKind.GoBlock)!, time, [g, (long)reason, on]);
            if (holder != 0)
                RowNoP(EventTable.Find(EventKind.GoWaitsOn)!, time, [g, on, holder]);
        }
    }

    /// <summary>A goroutine has a lock that others wait for. Only while somebody records. In goroutine code or the runtime, by who owns the goroutine.</summary>
    /// <param name="m">The caller's M if it is of this scheduler, or null.</param>
    /// <param name="g">Who has it.</param>
    /// <param name="status">Its state.</param>
    /// <param name="on">The lock's id.</param>
    internal void LockTaken(M? m, G g, GoStatus status, long on)
    {
        int before = 0;
        var p = m?.EnterRuntime(out before);
        long time = Clock.Now;
        if (p is not null)
        {
            Mention(p, m!, g, status, time);
            PutMentioned(p, EventKind.LockTaken, time, on, g.Id);
        }
        else
        {
            lock (_noPLock)
            {
                PrepareNoP(time);
                MentionNoP(g, status, status == GoStatus.Running ? m : null, time);
                RowNoP(EventTable.Find(EventKind.LockTaken)!, time, [on, g.Id]);
            }
        }
        m?.LeaveRuntime(before);
    }

    internal void GoHogEnd(M m, G g, in SliceWatch watch, long time)
    {
        if (!IsTracing)
            return;
        lock (_noPLock)
        {
            PrepareNoP(time);
            MentionNoP(g, GoStatus.Running, m, time);
            RowNoP(EventTable.Find(EventKind.GoHogEnd)!, time, [g.Id, m.Id, watch.ObservedNs, watch.OnCpuNs]);
        }
    }

    /// <summary>MStart, MPark, MUnpark.</summary>
    internal void Machine(EventKind kind, M m, long time)
    {
        if (!IsTracing)
            return;
        lock (_noPLock)
        {
            PrepareNoP(time);
            var spec = EventTable.Find(kind)!;
            Span<long> numbers = [m.Id, m.ThreadId];
            RowNoP(spec, time, numbers[..spec.NumberCount]);
        }
    }

    internal void Heartbeat(int local)
    {
        if (!IsTracing)
            return;
        lock (_noPLock)
        {
            long time = Clock.Now;
            PrepareNoP(time);
            RowNoP(EventTable.Find(EventKind.Heartbeat)!, time,
                [_scheduler.Global.Count, local, _scheduler.IdleProcessors, _scheduler.Spinning, _scheduler.Alive]);
        }
    }

    internal void GcPause(int collections, in GCMemoryInfo last, TimeSpan pause, long windowNs, long time)
    {
        if (!IsTracing)
            return;
        lock (_noPLock)
        {
            PrepareNoP(time);
            RowNoP(EventTable.Find(EventKind.GcPause)!, time,
                [collections, last.Generation, pause.Ticks * 100, windowNs, last.HeapSizeBytes, last.Concurrent ? 1 : 0]);
        }
    }

    internal void ProcsChange(int processors, long time)
    {
        if (!IsTracing)
            return;
        lock (_noPLock)
        {
            PrepareNoP(time);
            RowNoP(EventTable.Find(EventKind.ProcsChange)!, time, [processors]);
        }
    }

    internal void SchedulerStop()
    {
        if (!IsTracing)
            return;
        lock (_noPLock)
        {
            long time = Clock.Now;
            PrepareNoP(time);
            RowNoP(EventTable.Find(EventKind.SchedulerStop)!, time, []);
        }
    }

    /// <summary>Sends all that is written. Any thread; may be called when nobody listens.</summary>
    internal void Flush()
    {
        // The lock is held while the Ps are flushed, so that no record without a P gets a time after the mark's and stands before it.
        lock (_noPLock)
        {
            long mark = Clock.Now;
            foreach (var p in _scheduler.EveryP)
                p.Trace.Flush();
            // Only where a generation has begun: a mark is no first record.
            if (Batches && _noP.Generation == GmpEventSource.Generation)
                _noP.Put(EventKind.FlushMark, mark);
        }
        _noP.Flush();
    }

    // ---- Writing ---------------------------------------------------------------------------------------------------------------------
    //
    // A stream's generation changes in Prepare alone, and what is mentioned is compared with the stream's, not with the newest: a session that starts
    // between a mention and its record would else leave the first in one generation and the second, alone, in the next.

    private void Put(P p, EventKind kind, long time, long a)
    {
        if (!IsTracing)
            return;
        PrepareP(p, time);
        PutMentioned(p, kind, time, a);
    }

    private void PutMentioned(P p, EventKind kind, long time, long a)
    {
        if (Batches)
            p.Trace.Put(kind, time, (ulong)a);
        if (Transitions)
            GmpEventSource.Log.WriteTransition(kind, _id, p.Id, time, [a]);
    }

    private void Put(P p, EventKind kind, long time, long a, long b)
    {
        if (!IsTracing)
            return;
        PrepareP(p, time);
        PutMentioned(p, kind, time, a, b);
    }

    private void PutMentioned(P p, EventKind kind, long time, long a, long b)
    {
        if (Batches)
            p.Trace.Put(kind, time, (ulong)a, (ulong)b);
        if (Transitions)
            GmpEventSource.Log.WriteTransition(kind, _id, p.Id, time, [a, b]);
    }

    private void Put(P p, EventKind kind, long time, long a, long b, long c)
    {
        if (!IsTracing)
            return;
        PrepareP(p, time);
        PutMentioned(p, kind, time, a, b, c);
    }

    private void PutMentioned(P p, EventKind kind, long time, long a, long b, long c)
    {
        if (Batches)
            p.Trace.Put(kind, time, (ulong)a, (ulong)b, (ulong)c);
        if (Transitions)
            GmpEventSource.Log.WriteTransition(kind, _id, p.Id, time, [a, b, c]);
    }

    private void RowNoP(EventSpec spec, long time, ReadOnlySpan<long> numbers, string? first = null) =>
        Row(_noP, EventTable.NoP, spec, time, numbers, first);

    private void Row(BatchBuffer buffer, int stream, EventSpec spec, long time, ReadOnlySpan<long> numbers, string? first = null, string? second = null)
    {
        if (Batches)
            buffer.Put(spec, time, numbers, first, second);
        if (Transitions)
            GmpEventSource.Log.WriteTransition(spec.Kind, _id, stream, time, numbers, first, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrepareP(P p, long time)
    {
        if (p.Trace.Generation != GmpEventSource.Generation)
            BeginP(p, time);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BeginP(P p, long time)
    {
        p.Trace.BeginGeneration(GmpEventSource.Generation, time);
        Row(p.Trace, p.Id, EventTable.Find(EventKind.ProcStatus)!, time, [(long)p.Status, p.M?.Id ?? -1]);
    }

    private void PrepareNoP(long time)
    {
        if (_noP.Generation == GmpEventSource.Generation)
            return;
        _noP.BeginGeneration(GmpEventSource.Generation, time);
        RowNoP(EventTable.Find(EventKind.SchedulerStart)!, time,
            [_scheduler.Processors, Clock.ToNanoseconds(_scheduler.SliceTicks)], _scheduler.Name);
        foreach (var m in _scheduler.AllMs())
            RowNoP(EventTable.Find(EventKind.MStart)!, time, [m.Id, m.ThreadId]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Mention(P p, M m, G g, GoStatus status, long time)
    {
        PrepareP(p, time);
        if (g.TraceGeneration != (ushort)p.Trace.Generation)
            Mention(p.Trace, p.Id, p.Id, g, status, g.Status is GoStatus.Running or GoStatus.Syscall ? m : null, time);
    }

    private void MentionNoP(G g, GoStatus status, M? m, long time)
    {
        if (g.TraceGeneration != (ushort)_noP.Generation)
            Mention(_noP, EventTable.NoP, EventTable.NoP, g, status, m, time);
    }

    // By who owns the goroutine.
    private void Mention(BatchBuffer buffer, int stream, int onP, G g, GoStatus status, M? m, long time)
    {
        g.TraceGeneration = (ushort)buffer.Generation;
        Tell(buffer, stream, onP, g, g.Id, status, m, time);
    }

    private void Tell(BatchBuffer buffer, int stream, int onP, G g, long id, GoStatus status, M? m, long time)
    {
        var site = g.Site;
        MentionSite(buffer, stream, site, time);
        bool onM = status is GoStatus.Running or GoStatus.Syscall;
        var reason = status == GoStatus.Waiting ? g.WaitReason : WaitReason.None;
        Row(buffer, stream, EventTable.Find(EventKind.GoStatus)!, time,
            [id, (long)status, (long)reason, onM ? onP : -1, onM && m is not null ? m.Id : -1, g.ParentId, site.Id, WaitsSince(g, reason, time)], g.Name);
        if (g.Labels is { } labels)
            TellLabels(buffer, stream, id, labels, time);
    }

    // In ticks; 0 for unknown, and for sleeps, of which only the end is kept. Read while it may move: the next record of it then says what it does.
    private static long WaitsSince(G g, WaitReason reason, long time) =>
        reason is WaitReason.Sleep or WaitReason.None ? 0 : Math.Max(1, Clock.FromTimeSpan(Scheduler.Since(g.WaitTime, time)));

    private void MentionSite(BatchBuffer buffer, int stream, CreationSite site, long time)
    {
        if (site.TraceGeneration == buffer.Generation || site.Id == 0)
            return;
        site.TraceGeneration = buffer.Generation;
        Row(buffer, stream, EventTable.Find(EventKind.Site)!, time, [site.Id, site.Line], site.File, site.Member);
    }
}
