using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;

namespace Gmp.Tool.Reporting.Html.Timeline;

/// <summary>What fills a stretch of a row. The numbers are the page's.</summary>
internal enum RowKind : byte
{
    /// <summary>A goroutine runs on a P.</summary>
    Running = 0,
    /// <summary>A goroutine is in a system call and holds the P.</summary>
    Syscall = 1,
    /// <summary>The M looks for work.</summary>
    Spinning = 2,
    /// <summary>The trace does not say.</summary>
    Unknown = 3,
    /// <summary>A goroutine runs without a P: a hog that lost it.</summary>
    Alone = 4,
    /// <summary>The M has a P; what it does with it is in the P's row.</summary>
    HasProcessor = 5,
    /// <summary>The M has no P and does not sleep: it is in a call.</summary>
    NoProcessor = 6,
}

/// <summary>A stretch of a row.</summary>
/// <param name="Start">When it began, ns since the trace's start.</param>
/// <param name="End">When it ended.</param>
/// <param name="Goroutine">The index in the model, or -1.</param>
/// <param name="Kind">What fills it.</param>
internal readonly record struct RowSpan(long Start, long End, int Goroutine, RowKind Kind);

/// <summary>A row of the page's timeline: a P, or an M.</summary>
internal abstract class LaneRow(int scheduler, int id)
{
    /// <summary>The scheduler's number.</summary>
    public int Scheduler { get; } = scheduler;

    /// <summary>The P's or M's number.</summary>
    public int Id { get; } = id;

    /// <summary>True for a P.</summary>
    public abstract bool IsProcessor { get; }

    /// <summary><c>P0</c>, <c>M3</c>.</summary>
    public string Label => (IsProcessor ? "P" : "M") + Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>About how many spans it has.</summary>
    public abstract int Count { get; }

    /// <summary>The spans that reach into a stretch, in order of time, without overlap.</summary>
    public abstract IEnumerable<RowSpan> Spans(long from, long to);
}

/// <summary>A P.</summary>
internal sealed class ProcessorRow(Lane lane, long duration) : LaneRow(lane.Scheduler, lane.Id)
{
    public override bool IsProcessor => true;

    public override int Count => lane.Spans.Count + lane.UnknownPeriods.Count;

    public override IEnumerable<RowSpan> Spans(long from, long to)
    {
        int gap = 0;
        var gaps = lane.UnknownPeriods;
        for (int i = lane.FirstSpanEndingAfter(from); i < lane.Spans.Count && lane.Spans[i].Start < to; i++)
        {
            var span = lane.Spans[i];
            for (; gap < gaps.Count && gaps[gap].Start <= span.Start; gap++)
            {
                if (Gap(gaps[gap], from, to) is { } unknown)
                    yield return unknown;
            }
            yield return new RowSpan(span.Start, Math.Min(span.End, duration), span.Goroutine, (RowKind)span.Kind);
        }
        for (; gap < gaps.Count; gap++)
        {
            if (Gap(gaps[gap], from, to) is { } unknown)
                yield return unknown;
        }
    }

    private RowSpan? Gap(IdlePeriod gap, long from, long to) =>
        gap.End > from && gap.Start < to && gap.End > gap.Start ? new RowSpan(gap.Start, Math.Min(gap.End, duration), -1, RowKind.Unknown) : null;
}

/// <summary>An M: when it had a P, and what ran on it while it had none.</summary>
internal sealed class MachineRow(MachineAccount machine, Lane? alone, long duration) : LaneRow(machine.Scheduler, machine.Id)
{
    public override bool IsProcessor => false;

    public override int Count => machine.Spans.Count + (alone?.Spans.Count ?? 0);

    /// <summary>How long goroutines ran on it without a P, ns; such rows are the ones to look at.</summary>
    public long AloneNs { get; } = alone?.Spans.Sum(s => Math.Min(s.End, duration) - s.Start) ?? 0;

    public override IEnumerable<RowSpan> Spans(long from, long to)
    {
        int next = alone?.FirstSpanEndingAfter(from) ?? 0;
        long at = long.MinValue;
        for (int i = FirstEndingAfter(from); i < machine.Spans.Count && machine.Spans[i].Start < to; i++)
        {
            var span = machine.Spans[i];
            long end = Math.Min(span.End, duration);
            // What it is told to do while it has a P stands in the P's row; without one, the goroutine that it runs is more than that it has none.
            at = Math.Max(at, span.Start);
            for (; alone is not null && next < alone.Spans.Count && alone.Spans[next].Start < end; next++)
            {
                var own = alone.Spans[next];
                long start = Math.Max(own.Start, at), stop = Math.Min(own.End, duration);
                if (Rest(span, at, start) is { } rest)
                    yield return rest;
                if (stop > start)
                    yield return new RowSpan(start, stop, own.Goroutine, own.Kind == SpanKind.Syscall ? RowKind.NoProcessor : RowKind.Alone);
                at = Math.Max(at, stop);
                if (own.End > end)
                    break;
            }
            if (Rest(span, at, end) is { } last)
                yield return last;
            at = Math.Max(at, end);
        }
    }

    private static RowSpan? Rest(in MachineSpan span, long from, long to) =>
        to <= from ? null : span.State switch
        {
            MachineState.HasProcessor => new RowSpan(from, to, -1, RowKind.HasProcessor),
            MachineState.NoProcessor => new RowSpan(from, to, -1, RowKind.NoProcessor),
            _ => null,   // it sleeps, or is gone
        };

    private int FirstEndingAfter(long time)
    {
        int low = 0, high = machine.Spans.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (machine.Spans[middle].End > time)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
