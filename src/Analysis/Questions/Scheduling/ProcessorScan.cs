using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;

namespace Gmp.Analysis.Questions.Scheduling;

/// <summary>A P and where its time went.</summary>
internal sealed record ProcessorUse(Lane Lane, ProcessorTimes Times);

/// <summary>What the lanes of the Ps tell in one walk.</summary>
internal sealed class ProcessorScan
{
    /// <summary>The Ps by scheduler and number.</summary>
    public required IReadOnlyList<ProcessorUse> Processors { get; init; }

    /// <summary>All of them together.</summary>
    public required ProcessorTimes Whole { get; init; }

    /// <summary>How long searches took that were followed by a goroutine: from the moment an M began to look to the moment it ran one.</summary>
    public Distribution Searches { get; } = new();

    /// <summary>From the moment an M acquired an idle P to the moment a goroutine ran on it.</summary>
    public Distribution FromIdle { get; } = new();

    /// <summary>Between two goroutines that ran on a P one behind the other; where it looked for work in between it was no switch.</summary>
    public Distribution Switches { get; } = new();

    /// <summary>How long Ps were idle at a time.</summary>
    public Distribution Idle { get; } = new();

    /// <summary>Looks at all Ps.</summary>
    public static ProcessorScan Of(TraceModel model)
    {
        var used = model.Lanes.Where(l => l.Kind == LaneKind.Processor).Select(l => new ProcessorUse(l, ProcessorTimes.Of(model, l))).ToList();
        var scan = new ProcessorScan
        {
            Processors = used,
            Whole = new ProcessorTimes(
                used.Sum(u => u.Times.WholeNs), used.Sum(u => u.Times.RunningNs), used.Sum(u => u.Times.SyscallNs), used.Sum(u => u.Times.SpinningNs),
                used.Sum(u => u.Times.IdleNs), used.Sum(u => u.Times.SchedulingNs), used.Sum(u => u.Times.UnknownNs)),
        };
        foreach (var lane in used)
            scan.Walk(lane.Lane, model.Duration);
        return scan;
    }

    private void Walk(Lane lane, long end)
    {
        var idle = lane.IdlePeriods;
        int next = 0;
        long searchingSince = -1, acquired = -1, stopped = -1;
        int last = -1;
        foreach (var span in lane.Spans)
        {
            while (next < idle.Count && idle[next].End <= span.Start)
            {
                acquired = idle[next].End;
                Idle.Add(idle[next].End - idle[next].Start);
                next++;
                (searchingSince, stopped) = (-1, -1);   // the search before it was in vain
            }
            if (span.Kind == SpanKind.Spinning)
            {
                if (searchingSince < 0)
                    searchingSince = span.Start;
                stopped = -1;
                continue;
            }
            if (searchingSince >= 0)
                Searches.Add(span.Start - searchingSince);
            if (acquired >= 0)
                FromIdle.Add(span.Start - acquired);
            if (stopped >= 0 && span.Goroutine != last)
                Switches.Add(span.Start - stopped);
            (searchingSince, acquired, stopped, last) = (-1, -1, span.End, span.Goroutine);
        }
        for (; next < idle.Count; next++)
            Idle.Add(Math.Min(idle[next].End, end) - idle[next].Start);
    }
}
