using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>The recorder's life. What its files hold is tested where the readers are: in Analysis.Tests and Tool.Tests.</summary>
[Collection(nameof(TraceInvariantTests))]
public class FlightRecorderTests
{
    [Fact]
    public void It_records_from_start_to_stop_and_there_is_one_at_a_time()
    {
        Assert.Null(FlightRecorder.Current);
        using var recorder = FlightRecorder.Start(FlightRecorder.LeastBytes);
        Assert.Same(recorder, FlightRecorder.Current);
        Assert.True(recorder.IsRecording);
        Assert.True(SchedulerTracer.IsTracing);
        Assert.Throws<InvalidOperationException>(() => FlightRecorder.Start());
        RuntimeTest.Run(2, Work);
        recorder.Stop();
        long length = recorder.Length;
        Assert.InRange(length, 1000, FlightRecorder.LeastBytes);
        Assert.False(recorder.IsRecording);
        Assert.Null(FlightRecorder.Current);
        Assert.False(SchedulerTracer.IsTracing);
        RuntimeTest.Run(2, Work);
        Assert.Equal(length, recorder.Length);
        recorder.Stop();
        // What it holds can still be written, and another one can begin.
        var file = new MemoryStream();
        recorder.WriteTo(file);
        Assert.InRange(file.Length, length, length + 16_384);
        using var next = FlightRecorder.Start();
        recorder.Dispose();
        Assert.True(next.IsRecording);
    }

    [Fact]
    public void A_ring_that_fills_gets_new_generations_and_stays_bounded()
    {
        using var recorder = FlightRecorder.Start(FlightRecorder.LeastBytes);
        int before = GmpEventSource.Generation;
        RuntimeTest.Run(2, async () =>
        {
            while (GmpEventSource.Generation < before + 2)
                await Work();
        });
        Assert.InRange(recorder.Length, FlightRecorder.LeastBytes / 4, FlightRecorder.LeastBytes);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FlightRecorder.Start(FlightRecorder.LeastBytes - 1));
        using var recorder = FlightRecorder.Start();
        Assert.Throws<ArgumentNullException>(() => recorder.WriteTo((Stream)null!));
        Assert.Throws<ArgumentException>(() => recorder.WriteTo(""));
        Assert.Throws<ArgumentException>(() => recorder.WriteOnPanic(""));
        Assert.ThrowsAny<IOException>(() => recorder.WriteTo(Path.Combine(Path.GetTempPath(), "no", "such", "folder", "x.nettrace")));
    }

    private static async GoTask Work()
    {
        for (int i = 0; i < 1000; i++)
            await Yield();
    }
}
