using System.Diagnostics;
using Gmp.Analysis.Model;
using Gmp.Tool.Tests;
using Gmp.Tool.Tui;
using Gmp.Tracing;

// The timeline on made-up data, for looking at it in a real terminal: no target, no file.
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
