using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tool.Recording;
using Gmp.Tool.Sampling;

namespace Gmp.Tests.Sampling;

/// <summary>The sampler beside a target that does not do as it should: the recording must not suffer.</summary>
public sealed class HogSamplerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Trace => _folder.File("x.nettrace");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_target_that_cannot_be_sampled_is_recorded_and_the_file_says_why()
    {
        var session = new FakeSession();
        using var recording = Start(session);
        session.Send(NettraceBytes.File(40).Bytes[..^1]);
        Wait.Until(() => session.Calls.Count(c => c == "sampler") == 3, "the sampler to try for the last time");
        session.Send([1]);
        recording.Stop();
        Assert.Equal(RecordingEnd.Requested, recording.End);
        var samples = TraceFile.Load(Trace).Model.Samples;
        Assert.Equal((0L, 0), (samples.ThresholdNs, samples.Count));
        Assert.Equal("it cannot be sampled", samples.Problem);
    }

    [Fact]
    public void A_file_that_cannot_be_followed_costs_the_samples_and_not_the_recording()
    {
        var session = new FakeSession();
        using var recording = Start(session);
        byte[] bytes = "no trace at all, but long enough to be taken for the beginning of one"u8.ToArray();
        session.Send(bytes);
        Wait.Until(() => recording.BytesWritten == bytes.Length, "the bytes to be written");
        recording.Stop();
        Assert.Equal(RecordingEnd.Requested, recording.End);
        Assert.Equal(bytes, File.ReadAllBytes(Trace));
    }

    [Fact]
    public void A_recording_without_a_hog_has_no_more_than_its_settings_added()
    {
        var session = new FakeSession();
        var (bytes, ends) = NettraceBytes.File(40);
        using (var recording = Start(session, new SamplingRequest(SamplingMode.Hogs, TimeSpan.FromMilliseconds(25))))
        {
            session.Send(bytes);
            Wait.Until(() => recording.BytesWritten == bytes.Length, "the bytes to be written");
            recording.Stop();
        }
        byte[] file = File.ReadAllBytes(Trace);
        Assert.Equal(bytes[..ends[^1]], file[..ends[^1]]);
        Assert.Equal(1, file[^1]);
        Assert.InRange(file.Length - bytes.Length, 1, 1200);
        Assert.Equal(25_000_000, TraceFile.Load(Trace).Model.Samples.ThresholdNs);
    }

    private TraceRecording Start(FakeSession session, SamplingRequest? request = null)
    {
        var sampler = new HogSampler(session, processId: 1, request ?? new SamplingRequest(SamplingMode.Throughout, TimeSpan.Zero));
        return TraceRecording.Start(session, OutputFile.Create(Trace, overwrite: false, new(1, "x", "")), "x", 1, addition: sampler);
    }
}
