using Gmp.Analysis.Model;

namespace Gmp.Analysis.Simulation;

/// <summary>
/// The work of a scheduler from a model that is built already. Who readied whom stands in the waits; those under 1 us are not kept, and there the goroutine that ran
/// on the same P just before counts as the one that readied: it is what such a short wait means.
/// </summary>
internal static class ModelWorkload
{
    private const long ShortWaitNs = 1_000;

    private sealed class Building
    {
        public required int[] LastJob { get; init; }    // by goroutine, -1 for none
        public List<ReplayJob> Jobs { get; } = [];
        public List<(long Start, long End)> Times { get; } = [];
    }

    /// <summary>The first runs of a scheduler, as jobs.</summary>
    /// <param name="model">The model; complete, or its gate held.</param>
    /// <param name="scheduler">The scheduler's number.</param>
    /// <param name="sliceNs">Its slice duration.</param>
    /// <param name="most">How many jobs at most.</param>
    public static Workload Of(TraceModel model, int scheduler, long sliceNs, int most)
    {
        List<Lane> lanes = [.. model.Lanes.Where(l => l.Kind == LaneKind.Processor && l.Scheduler == scheduler)];
        var alone = new Dictionary<(int, long), long>();   // what hogs ran on without their P: by goroutine and begin
        foreach (var lane in model.Lanes.Where(l => l.Kind == LaneKind.Machine && l.Scheduler == scheduler))
        {
            foreach (var span in lane.Spans)
                alone[(span.Goroutine, span.Start)] = Math.Min(span.End, model.Duration) - span.Start;
        }
        var to = new Building { LastJob = new int[model.Goroutines.Count] };
        Array.Fill(to.LastJob, -1);
        var next = new PriorityQueue<(int Lane, int Span), long>();
        var lastOnLane = new int[lanes.Count];
        Array.Fill(lastOnLane, -1);
        for (int i = 0; i < lanes.Count; i++)
            Advance(next, lanes[i], i, 0);
        int wait = 0;
        bool isPart = false;
        while (next.TryDequeue(out var at, out _))
        {
            if (to.Jobs.Count >= most)
            {
                isPart = true;
                break;
            }
            var lane = lanes[at.Lane];
            var span = lane.Spans[at.Span];
            // A call that kept its P is part of the run.
            int k = at.Span;
            while (lane.Spans[k].EndedBy == SpanEnd.Syscall && k + 1 < lane.Spans.Count && lane.Spans[k + 1].Goroutine == span.Goroutine && lane.Spans[k + 1].Start == lane.Spans[k].End)
                k++;
            long end = Math.Min(lane.Spans[k].End, model.Duration);
            long run = end - span.Start + (lane.Spans[k].EndedBy == SpanEnd.Retaken ? alone.GetValueOrDefault((span.Goroutine, end)) : 0);
            while (wait < model.Waits.Count && model.Waits[wait].End < span.Start)
                wait++;
            lastOnLane[at.Lane] = Add(model, to, span.Goroutine, (span.Start, end), run, FindWait(model, wait, span), lastOnLane[at.Lane]);
            Advance(next, lane, at.Lane, k + 1);
        }
        long first = to.Times.Count == 0 ? 0 : to.Times[0].Start, last = to.Times.Count == 0 ? 0 : to.Times.Max(t => t.End);
        return new Workload(to.Jobs, lanes.Count, sliceNs, last - first) { IsPart = isPart };
    }

    private static void Advance(PriorityQueue<(int Lane, int Span), long> next, Lane lane, int number, int from)
    {
        while (from < lane.Spans.Count && (lane.Spans[from].Kind == SpanKind.Spinning || lane.Spans[from].Goroutine < 0))
            from++;
        if (from < lane.Spans.Count)
            next.Enqueue((number, from), lane.Spans[from].Start);
    }

    private static RunnableWait? FindWait(TraceModel model, int from, in Span span)
    {
        for (int i = from; i < model.Waits.Count && model.Waits[i].End == span.Start; i++)
        {
            if (model.Waits[i].Goroutine == span.Goroutine)
                return model.Waits[i];
        }
        return null;
    }

    private static int Add(TraceModel model, Building to, int goroutine, (long Start, long End) when, long run, RunnableWait? wait, int before)
    {
        int previous = to.LastJob[goroutine], job = to.Jobs.Count;
        long origin = to.Times.Count == 0 ? when.Start : to.Times[0].Start;
        long readied = wait is { } known ? Math.Max(model.Start, known.Start) : when.Start;
        int by = wait is { Waker: >= 0 } w ? to.LastJob[w.Waker]
            : wait is null && before >= 0 && when.Start - to.Times[before].End < ShortWaitNs ? before
            : wait is { Cause: RunnableCause.Yielded or RunnableCause.Preempted } ? previous
            : -1;
        // The waker's run must be the one in which it readied this one.
        if (by >= 0 && (readied < to.Times[by].Start || readied > to.Times[by].End + ShortWaitNs))
            by = -1;
        if (by < 0)
            by = previous;
        long release = Math.Max(0, readied - (by >= 0 ? to.Times[by].Start : origin));
        to.Jobs.Add(new ReplayJob(by >= 0 && by != previous ? Math.Min(release, to.Jobs[by].RunNs) : release, Math.Max(0, run), by, previous));
        to.Times.Add(when);
        return to.LastJob[goroutine] = job;
    }
}
