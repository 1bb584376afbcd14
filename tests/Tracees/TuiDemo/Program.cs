using System.Diagnostics;
using Gmp.Analysis.Model;
using Gmp.Tool.Tests;
using Gmp.Tool.Tui;
using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Screen;
using Gmp.Tracing;

// The timeline on made-up data, for looking at it in a real terminal: no target, no file.
//   TuiDemo measure    prints what a frame of 200x50 on 10 million spans costs
//   TuiDemo [live|file|big|fault|empty] [--ascii] [--no-color] [--at SECONDS] [--first-frame FILE]
// --first-frame writes the ms from process start to the first frame into FILE and leaves.

string mode = args.FirstOrDefault(a => !a.StartsWith('-')) ?? "live";
string? at = After("--at"), firstFrame = After("--first-frame");
TuiOptions options = TuiOptions.FromEnvironment() with
{
    Ascii = args.Contains("--ascii"),
    At = at is null ? null : TimeSpan.FromSeconds(double.Parse(at, System.Globalization.CultureInfo.InvariantCulture)),
};
if (args.Contains("--no-color"))
    options = options with { Color = false };

TuiSyntheticTrace trace = mode switch
{
    "file" => TuiSyntheticTrace.Hog(),
    "big" => Big(),
    _ => new TuiSyntheticTrace { Title = "demo", IsLive = mode != "empty" },
};
if (mode == "measure")
    return Measure();
using CancellationTokenSource stop = new();
Thread producer = new(() => Produce(trace, stop.Token)) { IsBackground = true };
if (trace.IsLive)
    producer.Start();

int result = TimelineApp.Run(trace, options, screen =>
{
    screen.Painted += () =>
    {
        if (mode == "fault" && trace.Model.Duration > 500_000_000)
            throw new InvalidOperationException("a fault made for the demo");
        if (firstFrame is null)
            return;
        TimeSpan since = DateTime.Now - Process.GetCurrentProcess().StartTime;
        File.WriteAllText(firstFrame, $"{since.TotalMilliseconds:0}\n");
        screen.App?.RequestStop(screen);
    };
});
stop.Cancel();
if (result == TimelineApp.NoTerminal)
    Console.Error.WriteLine("no terminal");
return result;

string? After(string option) => Array.IndexOf(args, option) is >= 0 and var index && index + 1 < args.Length ? args[index + 1] : null;

// Two Ps whose workers take turns every millisecond or so, and a hog that spins for 1 s of every 2: on its P for a slice, then on M3 without it.
static void Produce(TuiSyntheticTrace trace, CancellationToken stop)
{
    const long ms = 1_000_000;
    Lane p0, p1;
    GoroutineInfo[] workers;
    GoroutineInfo hog;
    lock (trace.Model.Gate)
    {
        p0 = trace.Lane(LaneKind.Processor, 0);
        p1 = trace.Lane(LaneKind.Processor, 1);
        workers = [.. Enumerable.Range(0, 6).Select(i => trace.Goroutine(i == 0 ? "main" : $"worker-{i}", line: 20 + i))];
        hog = trace.Goroutine("hog", line: 42);
    }
    Random random = new(1);
    Stopwatch clock = Stopwatch.StartNew();
    long at0 = 0, at1 = 0, hogUntil = 0;
    while (!stop.IsCancellationRequested)
    {
        long now = clock.ElapsedTicks * 1_000_000_000 / Stopwatch.Frequency;
        lock (trace.Model.Gate)
        {
            bool spins = now % (2000 * ms) < 1000 * ms;
            if (spins && hogUntil == 0)
            {
                Lane m3 = trace.Lane(LaneKind.Machine, 3);
                _ = trace.Run(p1, hog, at1, at1 + (10 * ms), SpanEnd.Retaken);
                at1 += 10 * ms;
                _ = trace.Run(m3, hog, at1, long.MaxValue, SpanEnd.Open);
                hogUntil = 1;
            }
            else if (!spins && hogUntil != 0)
            {
                trace.Close(trace.Lane(LaneKind.Machine, 3), now, SpanEnd.Yielded);
                hogUntil = 0;
            }
            at0 = Fill(p0, at0, now);
            at1 = Fill(p1, at1, now);
            trace.Bytes = now / 800;
            trace.Advance(Math.Max(now, trace.Model.Duration));
        }
        Thread.Sleep(20);
    }

    long Fill(Lane lane, long from, long to)
    {
        while (from < to)
        {
            long length = random.Next(50_000, 3_000_000);
            switch (random.Next(10))
            {
                case 0:
                    break;
                case 1:
                    _ = trace.Run(lane, null, from, from + length, SpanEnd.Unknown, SpanKind.Spinning);
                    break;
                case 2:
                    _ = trace.Run(lane, workers[random.Next(6)], from, from + length, SpanEnd.Syscall, SpanKind.Syscall);
                    break;
                default:
                    _ = trace.Run(lane, workers[random.Next(6)], from, from + length, SpanEnd.Blocked, reason: WaitReason.ChanReceive);
                    break;
            }
            from += length;
        }
        return from;
    }
}

static int Measure()
{
    TuiSyntheticTrace trace = Big();
    TimelineState state = new(trace.Model, live: false);
    Frame frame = new(new Theme(color: true, ascii: false));
    CellGrid grid = new();
    grid.Resize(200, 50);
    Stopwatch first = Stopwatch.StartNew();
    _ = frame.Paint(grid, state, trace);
    Console.WriteLine($"first frame, sums of 10 million spans  {first.Elapsed.TotalMilliseconds:0.0} ms");
    Time("all of it, code still cold", TimelineAction.Help, TimelineAction.Help);
    Time("all of it", TimelineAction.Help, TimelineAction.Help);
    Time("zoom out and in", TimelineAction.ZoomIn, TimelineAction.ZoomOut);
    for (int i = 0; i < 4; i++)
        state.Do(TimelineAction.ZoomIn);
    Time($"pan at {state.Window.NsPerColumn} ns/column", TimelineAction.PanRight, TimelineAction.PanLeft);
    for (int i = 0; i < 6; i++)
        state.Do(TimelineAction.ZoomIn);
    Time($"pan at {state.Window.NsPerColumn} ns/column", TimelineAction.PanRight, TimelineAction.PanLeft);
    return 0;

    void Time(string what, TimelineAction one, TimelineAction other)
    {
        List<double> times = [];
        long before = GC.GetAllocatedBytesForCurrentThread();
        // On a busy machine the clock counts other programs too; the processor time does not.
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        for (int i = 0; i < 200; i++)
        {
            state.Do(i % 2 == 0 ? one : other);
            long start = Stopwatch.GetTimestamp();
            _ = frame.Paint(grid, state, trace);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        times.Sort();
        Console.WriteLine($"{what,-38} cpu {cpu.TotalMilliseconds / 200:0.00} ms, best {times[0]:0.00} ms, median {times[100]:0.00} ms, worst {times[^1]:0.00} ms, {(GC.GetAllocatedBytesForCurrentThread() - before) / 200 / 1000} kB a frame");
    }
}

// 10 million spans on 8 Ps.
static TuiSyntheticTrace Big()
{
    TuiSyntheticTrace trace = new() { Title = "big" };
    Lane[] lanes = [.. Enumerable.Range(0, 8).Select(i => trace.Lane(LaneKind.Processor, i))];
    GoroutineInfo[] goroutines = [.. Enumerable.Range(0, 1000).Select(i => trace.Goroutine($"g{i}"))];
    Random random = new(1);
    foreach (Lane lane in lanes)
    {
        long time = 0;
        for (int i = 0; i < 1_250_000; i++)
        {
            long length = random.Next(200, 20_000);
            lane.Spans.Add(new Span(time, time + length, goroutines[random.Next(1000)].Index, SpanKind.Running, SpanEnd.Yielded, WaitReason.None));
            time += length + random.Next(0, 4000);
        }
        trace.Advance(Math.Max(trace.Model.Duration, time));
    }
    return trace;
}
