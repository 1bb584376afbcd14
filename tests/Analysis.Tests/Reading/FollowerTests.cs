using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests.Reading;

/// <summary>A file that another thread is still writing.</summary>
public sealed class FollowerTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gmp-follow-{Guid.NewGuid():N}.nettrace");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Ends_with_what_a_load_of_the_whole_file_gives()
    {
        byte[] bytes = Samples.Busy(400).ToArray();
        File.WriteAllBytes(_path, []);
        using var follower = new TraceFollower(_path);
        Assert.False(follower.Poll());   // empty: not an error while it may grow
        var writer = new Thread(() =>
        {
            var random = new Random(11);
            using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            for (int at = 0; at < bytes.Length;)
            {
                int count = Math.Min(random.Next(1, 3000), bytes.Length - at);
                file.Write(bytes, at, count);
                file.Flush();
                at += count;
            }
        });
        writer.Start();
        bool grewWhileOpen = false;
        while (writer.IsAlive || follower.Trace.Info.Bytes < bytes.Length)
        {
            long version = follower.Trace.Model.Version;
            if (follower.Poll())
            {
                Assert.True(follower.Trace.Model.Version > version);
                grewWhileOpen = true;
            }
        }
        writer.Join();
        Assert.True(grewWhileOpen);
        Assert.False(follower.Trace.Info.IsComplete);
        follower.Complete();
        follower.Complete();
        Assert.False(follower.Poll());
        Assert.Equal(Portrait.Of(TraceFile.Load(new MemoryStream(bytes))), Portrait.Of(follower.Trace));
    }

    [Fact]
    public void A_pause_in_the_writing_releases_what_the_last_mark_allows()
    {
        // The mark is the last event: only a later one, or a pause, proves that nothing is missing before it.
        var recorder = new Recorder();
        recorder.Put(0, 1000, Tracing.EventKind.GoStart, 1);
        recorder.Thread = 77;
        recorder.Put(-1, 2000, Tracing.EventKind.FlushMark);
        recorder.Flush(0);
        recorder.Flush(-1);
        recorder.Writer.EndBlock();
        File.WriteAllBytes(_path, recorder.Writer.ToArray(endMark: false));
        using var follower = new TraceFollower(_path);
        Assert.True(SpinWait.SpinUntil(() => follower.Poll() || follower.Trace.Info.Records > 0, TimeSpan.FromSeconds(30)));
        Assert.Equal(2, follower.Trace.Info.Records);
    }

    [Fact]
    public void What_is_no_trace_is_refused_when_it_is_seen()
    {
        File.WriteAllText(_path, "this is a text file of some length, not a trace");
        using var follower = new TraceFollower(_path);
        Assert.Equal(TraceFault.NotATrace, Assert.Throws<TraceFormatException>(() => follower.Poll()).Fault);
    }

    [Fact]
    public void A_file_that_stays_empty_is_refused_at_the_end()
    {
        File.WriteAllBytes(_path, []);
        using var follower = new TraceFollower(_path);
        follower.Poll();
        Assert.Equal(TraceFault.Empty, Assert.Throws<TraceFormatException>(follower.Complete).Fault);
    }
}
