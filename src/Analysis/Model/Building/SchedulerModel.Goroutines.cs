using Gmp.Analysis.Model.Accounts;
using Gmp.Tracing;

namespace Gmp.Analysis.Model.Building;

// What goroutines do.
internal sealed partial class SchedulerModel
{
    /// <summary>
    /// How far a waker may be ahead of the goroutine that it wakes: the waker's record carries the time that its P read last, which can be
    /// before the moment when the other P wrote that the goroutine waits.
    /// </summary>
    private const long MostEarlyNs = 1_000_000;

    private const long MostSinceNs = 366L * 24 * 3600 * 1_000_000_000;

    private void GoCreate(long id, long parent, long site, string name, long time, short queue, int waker)
    {
        var g = Goroutine(id);
        if (g.Status == GoStatus.Dead)
        {
            // The id of an ended one: a new goroutine, whatever the target meant.
            Repair();
            _goroutines[id] = g = Add(id);
            if ((ulong)id < (ulong)_dense.Length)
                _dense[id] = g;
        }
        Describe(g, parent, site, name);
        if (g.CreatedTime is null)
        {
            g.CreatedTime = time;
            g.Account.Created++;
        }
        if (g.IsKnown)
        {
            Repair();
            return;
        }
        Readied(g, RunnableCause.Created, queue, waker);
        Enter(g, GoStatus.Runnable, time);
    }

    private void Describe(GoroutineInfo g, long parent, long site, string name)
    {
        if (g.Parent == 0)
            g.Parent = parent;
        if (g.Site is null && SiteOf(site) is { } known)
        {
            g.Site = known;
            if (g.IsSelected)
            {
                g.Account.Goroutines--;
                g.Account = known.Account!;
                g.Account.Goroutines++;
            }
        }
        if (g.Name.Length == 0 && name.Length > 0)
        {
            g.Name = name;
            Select(g);
            if (g.Account.Name.Length == 0)
                g.Account.Name = name;
        }
    }

    private void GoStart(RunPlace? place, GoroutineInfo g, long time)
    {
        if (place is null)
        {
            Repair();
            return;
        }
        if (g.Status is not (GoStatus.Runnable or GoStatus.Idle or GoStatus.Preempted) && !IsAtSchedulingPoint(g))
            Repair();
        if (g.Status is GoStatus.Runnable or GoStatus.Preempted && time - g.StatusSince >= LeastWaitNs && Counts(g, g.Queue, place))
            _model.WaitList.Add(new RunnableWait(g.StatusSince, time, g.Index, g.Queue, (short)place.Lane.Id, g.ReadiedBy, g.RunnableCause));
        Leave(g, time);
        if (place.Goroutine is not null)
            Repair();
        Run(place, g, time, SpanKind.Running);
    }

    // After GoHogEnd: it runs on without a P until it is known whether it stops or got a P at once.
    private static bool IsAtSchedulingPoint(GoroutineInfo g) => g.Status == GoStatus.Running && g.Place is { IsSpanOpen: false };

    private void Stop(int stream, GoroutineInfo g, long time, GoStatus status, SpanEnd how, WaitReason reason, short queue, long on = 0)
    {
        var place = g.Place ?? Adopt(g, stream >= 0 ? Processor(stream) : null);
        if (place is null)
        {
            // It runs nowhere that the trace knows of; after a loss that is no news.
            if (g is { IsKnown: true, IsLoose: false })
                Repair();
        }
        else if (stream >= 0 && place != Processor(stream))
        {
            // The record of a place that it left since: that place was repaired when the goroutine turned up elsewhere.
            Repair();
            return;
        }
        else if (place.IsSpanOpen)
        {
            Finish(place, g, time, how, reason);
        }
        else
        {
            place.Explain(how, reason);
            Detach(place, g);
        }
        if (place is { IsProcessor: true } && Counts(place))
            (place.HasStopped, place.StoppedFor, place.Step) = (true, reason, NextStep.RanOwn);
        bool readied = g.IsReadiedEarly && status == GoStatus.Waiting && time - g.ReadiedEarly <= MostEarlyNs;
        g.IsReadiedEarly = false;
        if (readied)
        {
            // It waited for no time, and is on the queue that its waker named.
            Enter(g, GoStatus.Waiting, time);
            g.WaitingFor = reason;
            Enter(g, GoStatus.Runnable, time);
            return;
        }
        if (status == GoStatus.Runnable)
            Readied(g, how == SpanEnd.Yielded ? RunnableCause.Yielded : RunnableCause.Preempted, queue);
        else
            g.Queue = queue;
        Enter(g, status, time);
        g.WaitingFor = reason;
        g.CountsWait = Counts(place);
        if (status != GoStatus.Waiting)
            return;
        WaitOn(g, on, reason, time);
        if (g.HasLock)
            WaitsWith(g, reason);
    }

    private void GoUnblock(GoroutineInfo g, long time, short queue, int waker)
    {
        if (g.Status is GoStatus.Waiting or GoStatus.Idle)
        {
            Readied(g, RunnableCause.Unblocked, queue, waker);
            Enter(g, GoStatus.Runnable, time);
            return;
        }
        if (g.Status == GoStatus.Running)
        {
            (g.IsReadiedEarly, g.ReadiedEarly) = (true, time);
            Readied(g, RunnableCause.Unblocked, queue, waker);
        }
        else
            Repair();
    }

    private void SyscallBegin(int stream, GoroutineInfo g, long time)
    {
        if (Processor(stream) is not { } place)
        {
            SyscallBeginWithoutP(g, time);
            return;
        }
        if (place.Goroutine != g)
        {
            if (place.Goroutine is not null || g.Place is not null)
                Repair();
            Leave(g, time);
            Run(place, g, time, SpanKind.Syscall);
            return;
        }
        place.Close(time, SpanEnd.Syscall);
        place.Slice.Pause(time);
        place.Open(time, SpanKind.Syscall, g);
        SetStatus(place, ProcStatus.Syscall);
        g.CountsWait = Counts(place);
        Enter(g, GoStatus.Syscall, time);
    }

    // It ran without a P, as a hog or back from another call; the call is drawn nowhere.
    private void SyscallBeginWithoutP(GoroutineInfo g, long time)
    {
        if (g.Place is { } place)
        {
            if (place.Lane.Kind == LaneKind.Processor)
                Repair();
            Leave(g, time, SpanEnd.Syscall);
        }
        else if (g is not ({ IsKnown: false } or { IsLoose: true } or { Status: GoStatus.Running }))
        {
            Repair();
        }
        Enter(g, GoStatus.Syscall, time);
    }

    private void SyscallEnd(RunPlace? place, GoroutineInfo g, long time)
    {
        if (place is null)
        {
            Repair();
            return;
        }
        if (place.Goroutine != g)
        {
            // A snapshot says that it is in a system call and not whether its P is still there.
            if (g.IsKnown && g is not { Status: GoStatus.Syscall, Place: null })
                Repair();
            Leave(g, time);
            Run(place, g, time, SpanKind.Running);
            return;
        }
        place.Close(time, SpanEnd.Syscall);
        place.Slice.Resume(time);
        place.Open(time, SpanKind.Running, g);
        SetStatus(place, ProcStatus.Running);
        Enter(g, GoStatus.Running, time);
    }

    private void SyscallEndBlocked(GoroutineInfo g, long time)
    {
        if (g.Place is { } place)
        {
            // The record that said who took the P is missing.
            Repair();
            Finish(place, g, time, SpanEnd.Unknown, WaitReason.None);
        }
        Readied(g, RunnableCause.Syscall, RunnableWait.Global);
        Enter(g, GoStatus.Runnable, time);
        g.IsLoose = true;
    }

    private void Status(in BatchCursor r, long time, long sinceNs)
    {
        var g = Goroutine(r.Number(0));
        Describe(g, r.Number(5), r.Number(6), r.Text(0));
        // Snapshots repeat what is known already, and are older than what the streams say.
        if (g.IsKnown)
            return;
        g.CountsWait = Counts((RunPlace?)null);   // on which P it began is not told
        long since = time - Math.Clamp(sinceNs, 0, MostSinceNs);
        var status = (GoStatus)r.Number(1);
        switch (status)
        {
            case GoStatus.Running or GoStatus.Syscall:
                long onP = r.Number(3);
                var place = onP >= 0 ? (onP < MostProcessors ? Processor((int)onP) : null)
                    : status == GoStatus.Running ? Machine(r.Number(4))
                    : null;   // a system call that lost its P is drawn nowhere
                if (place is { Goroutine: null })
                    Run(place, g, since, status == GoStatus.Running ? SpanKind.Running : SpanKind.Syscall, startsBefore: sinceNs <= 0);
                else if (place is null)
                    Enter(g, status, since);
                else
                    Repair();   // the P runs another by now: where this one is, its next record will say
                break;
            case GoStatus.Runnable or GoStatus.Preempted or GoStatus.Waiting or GoStatus.Dead:
                Readied(g, RunnableCause.Unknown, RunnableWait.Unknown);
                Enter(g, status == GoStatus.Preempted ? GoStatus.Runnable : status, since);
                g.WaitingFor = status == GoStatus.Waiting ? Reason(r.Number(2)) : WaitReason.None;
                break;
        }
        g.IsStatusSinceKnown = sinceNs > 0;
    }

    // A snapshot says that a goroutine runs and not where, since nobody may look at what another thread does. Its own next record says it.
    private RunPlace? Adopt(GoroutineInfo g, RunPlace? place)
    {
        if (place is not { Goroutine: null } || g is not { Place: null, Status: GoStatus.Running })
            return null;
        Run(place, g, g.StatusSince, SpanKind.Running, startsBefore: true);
        return place;
    }

    private void Hog(RunPlace? at, GoroutineInfo g, long machine, long time, long observedNs, long onCpuNs)
    {
        if ((g.Place ?? Adopt(g, at)) is { } place)
            place.Slice.Report(time, machine, observedNs, onCpuNs);
        else
            Repair();
    }

    private void HogEnd(int stream, GoroutineInfo g, long machine, long time, long observedNs, long onCpuNs)
    {
        if ((g.Place ?? Adopt(g, stream >= 0 ? Processor(stream) : Machine(machine))) is not { IsSpanOpen: true } place)
        {
            Repair();
            return;
        }
        place.Slice.Report(time, machine, observedNs, onCpuNs);
        if (place.Lane.Kind == LaneKind.Processor)
            return;   // it kept its P: the record of what it does next ends the slice
        EndSlice(place, g, time, isOpen: false);
        place.Close(time, SpanEnd.Preempted);
    }

    // A goroutine starts to run in a place, which must be free of it.
    private void Run(RunPlace place, GoroutineInfo g, long time, SpanKind kind, bool startsBefore = false)
    {
        if (place.Goroutine is not null)
            Abandon(place, time);
        place.Close(time, SpanEnd.Unknown);   // a search for work whose end was not recorded
        if (place.IsProcessor)
        {
            place.EndIdle(time);
            Next(place);
            SetStatus(place, kind == SpanKind.Syscall ? ProcStatus.Syscall : ProcStatus.Running);
        }
        place.Goroutine = g;
        place.Slice.Begin(time, place.IsProcessor ? place.Lane.Id : -1, startsBefore);
        if (!place.IsProcessor)
            place.Slice.RunBy(place.Lane.Id);
        if (kind == SpanKind.Syscall)
            place.Slice.Pause(time);
        g.Place = place;
        g.IsReadiedEarly = false;
        place.Open(time, kind, g);
        Enter(g, kind == SpanKind.Syscall ? GoStatus.Syscall : GoStatus.Running, time);
    }

    // A goroutine turns up elsewhere: wherever it was, it is not there any more.
    private void Leave(GoroutineInfo g, long time, SpanEnd how = SpanEnd.Unknown)
    {
        if (g.Place is not { } place)
            return;
        if (place.IsSpanOpen)
            Finish(place, g, time, how, WaitReason.None);
        else
            Detach(place, g);
    }

    // The slice and the span end here, and it is known how.
    private void Finish(RunPlace place, GoroutineInfo g, long time, SpanEnd how, WaitReason reason)
    {
        EndSlice(place, g, time, how == SpanEnd.Unknown);
        place.Close(time, how, reason);
        Detach(place, g);
    }

    private static void Detach(RunPlace place, GoroutineInfo g)
    {
        place.Goroutine = null;
        g.Place = null;
    }

    // Nobody knows what the place does from here on, nor its goroutine.
    private void Abandon(RunPlace place, long time)
    {
        if (place.Goroutine is { } g)
        {
            if (place.IsSpanOpen)
                EndSlice(place, g, time, isOpen: true);
            Detach(place, g);
            Enter(g, GoStatus.Idle, time);
        }
        place.Close(time, SpanEnd.Unknown);
    }

    private void EndSlice(RunPlace place, GoroutineInfo g, long time, bool isOpen)
    {
        long ran = place.Slice.RunNs(time);
        // Nearly all of them: short, and longer than none.
        if (ran <= g.LongestSlice && ran < _scheduler.SliceNs / 2 && !place.Slice.IsNotable && ran <= _longestSlice)
            return;
        var slice = place.Slice.At(time, g, isOpen);
        g.LongestSlice = Math.Max(g.LongestSlice, slice.RunNs);
        _longestSlice = _model.LongestSlice?.RunNs ?? -1;
        if (slice.RunNs > (_model.LongestSlice?.RunNs ?? -1))
            _model.LongestSlice = slice;
        if (slice.Processor >= 0 && !_selection.Includes(slice.Processor))
            return;
        if (place.Slice.IsNotable || slice.RunNs >= _scheduler.SliceNs / 2)
            _model.SliceList.Add(slice);
    }
}
