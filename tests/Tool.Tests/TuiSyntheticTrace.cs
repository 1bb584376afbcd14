using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;
using Gmp.Analysis.Model.Building;
using Gmp.Tool.Tui.Sources;
using Gmp.Tracing;

namespace Gmp.Tool.Tests;

/// <summary>A model built by hand, for tests of the screen and for the demo program: no file, no target, no clock.</summary>
internal sealed class TuiSyntheticTrace : ITimelineSource
{
    public TraceModel Model { get; } = new();

    public bool IsLive { get; set; }

    public string Title { get; set; } = "synthetic";

    public int ProcessId { get; set; } = 4242;

    public long Bytes { get; set; } = 1_234_567;

    private readonly SiteAccount _account = new(1, null);

    public long EventsLost { get; set; }

    public string? Notice { get; set; }

    public long SliceOf(int scheduler) => 10_000_000;

    public Lane Lane(LaneKind kind, int id, int scheduler = 1)
    {
        return Model.FindLane(kind, scheduler, id) ?? Model.AddLane(kind, scheduler, id);
    }

    public GoroutineInfo Goroutine(string name = "", string file = "/src/app/Program.cs", int line = 42, string member = "Main", long parent = 1)
    {
        GoroutineInfo goroutine = Model.AddGoroutine(1, Model.Goroutines.Count + 1);
        goroutine.Account = _account;
        goroutine.Name = name;
        goroutine.Parent = parent;
        if (file.Length > 0)
            goroutine.Site = new SiteSlot(null) { Site = new SourceSite(file, line, member) };
        return goroutine;
    }

    /// <summary>Appends a span; the trace then lasts at least as long. An open one lasts "until now".</summary>
    public TuiSyntheticTrace Run(Lane lane, GoroutineInfo? goroutine, long start, long end, SpanEnd ended = SpanEnd.Yielded,
        SpanKind kind = SpanKind.Running, WaitReason reason = WaitReason.None)
    {
        lane.Spans.Add(new Span(start, end, goroutine?.Index ?? -1, kind, ended, reason));
        if (goroutine is not null)
        {
            Enter(goroutine, kind == SpanKind.Syscall ? GoStatus.Syscall : GoStatus.Running, start);
            if (end != long.MaxValue)
            {
                if (kind == SpanKind.Running)
                    goroutine.LongestSlice = Math.Max(goroutine.LongestSlice, end - start);
                Enter(goroutine, StatusAfter(ended), end);
                goroutine.WaitingFor = reason;
            }
        }
        Advance(Math.Max(Model.Duration, end == long.MaxValue ? start : end));
        return this;
    }

    private static void Enter(GoroutineInfo goroutine, GoStatus status, long time)
    {
        goroutine.AccountUpTo(time);
        goroutine.Enter(status, time);
    }

    public void Close(Lane lane, long end, SpanEnd ended)
    {
        lane.Spans.Last.Close(end, ended, WaitReason.None);
        Advance(Math.Max(Model.Duration, end));
    }

    public void Advance(long now)
    {
        Model.Duration = now;
        Model.Changed();
    }

    /// <summary>
    /// The proving case on two Ps: workers that take turns, a system call, a search for work, and G3 "hog" that runs on P1 from 20 ms, loses
    /// the P to sysmon at 30 ms and goes on on M3 without one until 90 ms, while the workers run on.
    /// </summary>
    public static TuiSyntheticTrace Hog()
    {
        const long ms = 1_000_000;
        TuiSyntheticTrace trace = new() { Title = "Hog" };
        Lane p0 = trace.Lane(LaneKind.Processor, 0), p1 = trace.Lane(LaneKind.Processor, 1), m3 = trace.Lane(LaneKind.Machine, 3);
        GoroutineInfo main = trace.Goroutine("main", line: 10, parent: 0);
        GoroutineInfo worker = trace.Goroutine("worker", line: 31);
        GoroutineInfo hog = trace.Goroutine("hog", line: 42);
        GoroutineInfo reader = trace.Goroutine("", "", 0);
        for (long start = 0; start < 100; start += 10)
        {
            _ = trace.Run(p0, worker, start * ms, (start + 4) * ms, SpanEnd.Blocked, reason: WaitReason.ChanReceive);
            _ = trace.Run(p0, main, (start + 4) * ms, (start + 6) * ms);
            if (start == 50)
                _ = trace.Run(p0, reader, (start + 6) * ms, (start + 9) * ms, SpanEnd.Syscall, SpanKind.Syscall);
        }
        _ = trace.Run(p1, null, 5 * ms, 20 * ms, SpanEnd.Unknown, SpanKind.Spinning);
        _ = trace.Run(p1, hog, 20 * ms, 30 * ms, SpanEnd.Retaken);
        _ = trace.Run(m3, hog, 30 * ms, 90 * ms, SpanEnd.Destroyed);
        for (long start = 30; start < 100; start += 2)
            _ = trace.Run(p1, worker, start * ms, (start * ms) + ms);
        hog.LongestSlice = 70 * ms;
        trace.Model.LongestSlice = new Slice(1, hog.Index, 0, 20 * ms, 90 * ms, 70 * ms, 30 * ms, 70 * ms, 69 * ms, true, false) with { Processor = 1 };
        trace.Model.SliceList.Add(trace.Model.LongestSlice.Value);
        trace.Advance(100 * ms);
        return trace;
    }

    private static GoStatus StatusAfter(SpanEnd ended) => ended switch
    {
        SpanEnd.Blocked => GoStatus.Waiting,
        SpanEnd.Destroyed => GoStatus.Dead,
        SpanEnd.Retaken => GoStatus.Running,
        SpanEnd.Syscall => GoStatus.Syscall,
        _ => GoStatus.Runnable,
    };
}
