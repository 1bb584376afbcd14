using System.Diagnostics;
using Gmp.Tracing;

namespace Gmp.Tests.Scripted;

/// <summary>
/// One P, and a cycle of 50 ms: G7 holds P0 for 40 ms, of which the last 30 go on without the P; G8 and G9 wait from the start of the slice
/// until the handoff, 10 ms and more. The records are those that docs/trace-format.md describes; only the work is missing.
/// </summary>
internal sealed class ScriptedScheduler
{
    private const int Scheduler = 1;
    private static readonly long s_ms = Stopwatch.Frequency / 1000;

    private readonly BatchBuffer _p0 = new(GmpEventSource.Log, Scheduler, 0);
    private readonly BatchBuffer _noP = new(GmpEventSource.Log, Scheduler, EventTable.NoP);
    private readonly string _hogName;
    private int _generation;

    public ScriptedScheduler(string hogName)
    {
        _hogName = hogName;
        GmpEventSource.SessionStarted += () =>
        {
            _p0.Flush();
            _noP.Flush();
        };
    }

    /// <summary>Writes cycle after cycle, each when its time has passed.</summary>
    /// <param name="cycles">How many; 0 for without end.</param>
    public void Run(int cycles)
    {
        long time = Stopwatch.GetTimestamp();
        for (int i = 0; cycles == 0 || i < cycles; i++)
        {
            while (Stopwatch.GetTimestamp() < time + (50 * s_ms))
                Thread.Sleep(5);
            if ((GmpEventSource.Modes & GmpEventSource.Mode.Batches) != 0)
                WriteCycle(time);
            time += 50 * s_ms;
        }
        Put(_noP, EventKind.SchedulerStop, time);
        Flush(time);
    }

    private void WriteCycle(long t)
    {
        if (_generation != GmpEventSource.Generation)
        {
            _generation = GmpEventSource.Generation;
            _p0.BeginGeneration(_generation, t);
            _noP.BeginGeneration(_generation, t);
            WriteState(t);
        }
        long handoff = t + (10 * s_ms), end = t + (40 * s_ms);
        Put(_p0, EventKind.GoUnblock, t, [8, 0, 0]);
        Put(_p0, EventKind.GoUnblock, t, [9, 0, 0]);
        Put(_p0, EventKind.GoStart, t, [7]);
        Put(_p0, EventKind.GoHog, handoff, [7, 1, 10_000_000, 10_000_000]);
        Put(_p0, EventKind.ProcRetake, handoff, [1, 7, (long)HandoffReason.Hog]);
        Put(_p0, EventKind.ProcHandoff, handoff, [1, 2, (long)HandoffReason.Hog]);
        foreach (long g in (long[])[8, 9])
        {
            handoff += s_ms;
            Put(_p0, EventKind.GoStart, handoff, [g]);
            Put(_p0, EventKind.GoBlock, handoff + (s_ms / 2), [g, (long)WaitReason.Sleep, 0]);
        }
        Put(_noP, EventKind.GoHogEnd, end, [7, 1, 40_000_000, 40_000_000]);
        Put(_noP, EventKind.GoBlock, end, [7, (long)WaitReason.Sleep, 0]);
        Put(_noP, EventKind.GoUnblock, end + (9 * s_ms), [7, 0, (long)RunQueueKind.Global]);
        Flush(end + (9 * s_ms));
    }

    private void WriteState(long t)
    {
        Put(_noP, EventKind.SchedulerStart, t, [1, 10_000_000], "scripted");
        Put(_noP, EventKind.ProcsChange, t, [1]);
        Put(_noP, EventKind.Site, t, [1, 42], "src/App/Checksum.cs", "Main");
        Put(_noP, EventKind.Site, t, [2, 17], "src/App/Requests.cs", "Serve");
        Put(_p0, EventKind.ProcStatus, t, [(long)ProcStatus.Running, 1]);
        Put(_p0, EventKind.GoStatus, t, [7, (long)GoStatus.Runnable, 0, -1, -1, 1, 1, 0], _hogName);
        Put(_p0, EventKind.GoStatus, t, [8, (long)GoStatus.Waiting, (long)WaitReason.Sleep, -1, -1, 1, 2, 0], "request");
        Put(_p0, EventKind.GoStatus, t, [9, (long)GoStatus.Waiting, (long)WaitReason.Sleep, -1, -1, 1, 2, 0], "request");
        Put(_noP, EventKind.SnapshotEnd, t, [_generation, 3, 1]);
    }

    private void Flush(long time)
    {
        _p0.Flush();
        Put(_noP, EventKind.FlushMark, time);
        _noP.Flush();
    }

    private static void Put(BatchBuffer buffer, EventKind kind, long time, ReadOnlySpan<long> numbers = default, string? first = null, string? second = null) =>
        buffer.Put(EventTable.Find(kind)!, time, numbers, first, second);
}
