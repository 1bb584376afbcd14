using Gmp.Analysis.Tests.Crafting;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Reading;

/// <summary>Traces for the reader's tests: real in form, small in size.</summary>
internal static class Samples
{
    /// <summary>Two Ps, goroutines that come and go, several blocks, a sequence point, events of another provider.</summary>
    public static Recorder Busy(int rounds = 40, NettraceWriter? writer = null)
    {
        var recorder = new Recorder(writer);
        recorder.Put(1, -1, 0, EventKind.SchedulerStart, [2, 10_000_000], "main");
        recorder.Put(1, -1, 0, EventKind.Site, [1, 12], "/src/Program.cs", "Main");
        long time = 1000;
        for (int i = 0; i < rounds; i++)
        {
            int p = i % 2;
            long g = (i / 2) + 1 + (p * 1000);
            recorder.Put(1, p, time, EventKind.GoCreate, [g, 0, 1, (long)RunQueueKind.Local], $"worker {g}");
            recorder.Put(p, time + 100, EventKind.GoStart, g);
            recorder.Put(p, time + 900, EventKind.GoDestroy, g);
            time += 1000;
            if (i % 8 == 7)
                recorder.Mark(time);
            if (i % 16 == 15)
            {
                recorder.Writer.Event("Microsoft-Windows-DotNETRuntime", 1, 99, Recorder.Start + time + 1, sorted: true, [1, 2, 3]);
                recorder.Writer.EndBlock();
            }
            if (i == rounds / 2)
            {
                recorder.Writer.SequencePoint(Recorder.Start + time);
                recorder.Writer.StackBlock();
            }
        }
        return recorder;
    }
}
