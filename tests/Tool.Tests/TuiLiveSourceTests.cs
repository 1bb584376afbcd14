using Gmp.Analysis.Reading;
using Gmp.Tool.Recording;
using Gmp.Tool.Tui.Sources;

namespace Gmp.Tool.Tests;

public sealed class TuiLiveSourceTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gmp-{Guid.NewGuid():N}.nettrace");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_file_that_cannot_be_read_further_is_told_and_does_not_end_the_recording()
    {
        File.WriteAllText(_path, new string('x', 4096));
        Recording recording = new(_path);
        using TraceFollower follower = new(_path);
        using LiveSource source = new(follower, recording);
        Assert.True(SpinWait.SpinUntil(() => !source.IsLive, TimeSpan.FromSeconds(20)));
        Assert.StartsWith("The picture stops here", source.Notice, StringComparison.Ordinal);
        Assert.EndsWith("The recording goes on.", source.Notice, StringComparison.Ordinal);
        Assert.False(recording.WasAskedToStop);
    }

    [Fact]
    public void An_ended_recording_is_read_to_its_end_and_says_why_it_ended()
    {
        File.WriteAllBytes(_path, []);
        Recording recording = new(_path);
        using TraceFollower follower = new(_path);
        using LiveSource source = new(follower, recording);
        Assert.True(source.IsLive);
        Assert.Null(source.Notice);
        // The head of a trace and nothing else: what a target that died at once leaves.
        using (FileStream file = new(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.Write("Nettrace\u0014\0\0\0!FastSerialization.1"u8);
        (recording.EndReason, recording.HasEnded) = ("The target ended.", true);
        Assert.True(SpinWait.SpinUntil(() => !source.IsLive, TimeSpan.FromSeconds(20)));
        Assert.Equal("The target ended.", source.Notice);
        Assert.True(follower.Trace.Info.IsComplete);
    }

    [Fact]
    public void Leaving_ends_the_reading_thread_and_leaves_the_follower_to_its_owner()
    {
        File.WriteAllBytes(_path, []);
        using TraceFollower follower = new(_path);
        new LiveSource(follower, new Recording(_path)).Dispose();
        Assert.False(follower.Trace.Info.IsComplete);
        Assert.False(follower.Poll());
    }

    private sealed class Recording(string path) : ILiveRecording
    {
        private volatile bool _hasEnded;

        public bool WasAskedToStop { get; private set; }

        public string Title => "target";

        public int ProcessId => 1;

        public string OutputPath => path;

        public long BytesWritten => 0;

        public bool HasEnded
        {
            get => _hasEnded;
            set => _hasEnded = value;
        }

        public string? EndReason { get; set; }

        public void RequestStop() => WasAskedToStop = true;
    }
}
