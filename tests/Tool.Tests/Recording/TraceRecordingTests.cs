using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tool.Recording;

namespace Gmp.Tests.Recording;

public class TraceRecordingTests
{
    private static readonly TimeSpan s_shortPatience = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void Stop_flushes_then_stops_while_it_still_reads_and_keeps_the_last_bytes()
    {
        var (bytes, _) = NettraceBytes.File(100, 50);
        using var folder = new TempFolder();
        var session = new FakeSession { LastBytes = bytes[150..] };
        using var recording = Start(session, folder);
        session.Send(bytes[..150]);
        Wait.Until(() => recording.BytesWritten == 150, "the first bytes");
        recording.Stop();

        Assert.Equal(RecordingEnd.Requested, recording.End);
        Assert.Null(recording.Failure);
        Assert.Equal(bytes, File.ReadAllBytes(recording.OutputPath));
        Wait.Until(() => session.Calls.Count == 3, "the session's disposal");
        Assert.Equal(["flush", "stop", "dispose"], session.Calls);
    }

    [Fact]
    public void Ends_when_the_duration_is_over()
    {
        using var folder = new TempFolder();
        using var recording = Start(new FakeSession(), folder, duration: TimeSpan.FromMilliseconds(50));
        Assert.True(recording.Wait(TimeSpan.FromSeconds(30)));
        Assert.Equal(RecordingEnd.Duration, recording.End);
        Assert.True(recording.Elapsed >= TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_target_that_dies_in_the_middle_of_a_block_leaves_a_file_with_an_end()
    {
        var (bytes, ends) = NettraceBytes.File(100, 50);
        using var folder = new TempFolder();
        var session = new FakeSession();
        using var recording = Start(session, folder);
        session.Send(bytes[..(ends[^1] - 20)]);
        session.End();
        Assert.True(recording.Wait(TimeSpan.FromSeconds(30)));

        Assert.Equal(RecordingEnd.TargetExited, recording.End);
        Assert.StartsWith("Target exited", recording.EndReason, StringComparison.Ordinal);
        Assert.Null(recording.Failure);
        Assert.Equal([.. bytes[..ends[^2]], 1, .. RepairedEnd.Mark], File.ReadAllBytes(recording.OutputPath));
        Assert.DoesNotContain("stop", session.Calls);
    }

    [Fact]
    public void A_target_that_does_not_answer_the_stop_is_left_after_a_while()
    {
        var (bytes, ends) = NettraceBytes.File(100);
        using var folder = new TempFolder();
        var session = new FakeSession { IgnoresStop = true };
        using var recording = Start(session, folder, patience: s_shortPatience);
        session.Send(bytes[..^1]);
        Wait.Until(() => recording.BytesWritten == bytes.Length - 1, "the bytes");
        recording.Stop();

        Assert.Equal(RecordingEnd.NoAnswer, recording.End);
        Assert.Equal(2, recording.Failure!.ExitCode);
        Assert.Contains("did not answer the stop", recording.Failure.Message, StringComparison.Ordinal);
        Assert.Equal([.. bytes[..ends[^1]], 1, .. RepairedEnd.Mark], File.ReadAllBytes(recording.OutputPath));
    }

    [Fact]
    public void Abort_does_not_wait_for_the_target()
    {
        var (bytes, _) = NettraceBytes.File(100);
        using var folder = new TempFolder();
        var session = new FakeSession { IgnoresStop = true };
        using var recording = Start(session, folder);   // the default patience is longer than this test may last
        session.Send(bytes[..^1]);
        Wait.Until(() => recording.BytesWritten == bytes.Length - 1, "the bytes");
        recording.RequestStop();
        Wait.Until(() => session.Calls.Contains("flush"), "the stop");
        recording.Abort();
        Assert.True(recording.Wait(TimeSpan.FromSeconds(5)));

        Assert.Equal(RecordingEnd.Aborted, recording.End);
        Assert.Null(recording.Failure);
        Assert.Equal([.. bytes, .. RepairedEnd.Mark], File.ReadAllBytes(recording.OutputPath));
    }

    [Fact]
    public void A_full_disk_ends_the_recording_and_keeps_what_was_written()
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("This system has no /dev/full, the device that is always full.");
        var session = new FakeSession();
        using var recording = TraceRecording.Start(session, OutputFile.Create("/dev/full", overwrite: false, new(1, "x", "")), "x", 1);
        session.Send([1, 2, 3]);
        Assert.True(recording.Wait(TimeSpan.FromSeconds(30)));

        Assert.Equal(RecordingEnd.OutputFailed, recording.End);
        Assert.Equal(2, recording.Failure!.ExitCode);
        Assert.Contains("/dev/full", recording.Failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists("/dev/full"));
        // The session was stopped in order, though nothing more could be written: the target must not be left with an open session.
        Assert.Contains("stop", session.Calls);
    }

    [Fact]
    public void A_failed_write_does_not_stop_the_reading()
    {
        var session = new FakeSession();
        using var file = new FullAfter(10);
        int changes = 0;
        var pump = new StreamPump(session.Stream, file, () => Interlocked.Increment(ref changes));
        pump.Start();
        session.Send(new byte[8]);
        session.Send(new byte[8]);
        session.Send(new byte[8]);
        Wait.Until(() => pump.BytesRead == 24, "all bytes to be read");
        session.End();
        Wait.Until(() => pump.HasEnded && Volatile.Read(ref changes) == 2, "the end");
        Assert.Equal(8, pump.BytesWritten);
        Assert.IsType<IOException>(pump.WriteFailure);
        Assert.Equal(8, file.Length);
    }

    [Fact]
    public void Dispose_ends_a_recording_that_goes_on()
    {
        using var folder = new TempFolder();
        var recording = Start(new FakeSession { IgnoresStop = true }, folder);
        recording.Dispose();
        Assert.True(recording.HasEnded);
    }

    [Fact]
    public void The_file_is_for_its_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no file modes.");
        using var folder = new TempFolder();
        using var recording = Start(new FakeSession(), folder);
        // The condition is asked for once more, in the form that the platform analyzer understands.
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(recording.OutputPath));
    }

    private static TraceRecording Start(FakeSession session, TempFolder folder, TimeSpan? duration = null, TimeSpan? patience = null) =>
        TraceRecording.Start(session, OutputFile.Create(folder.File("x.nettrace"), overwrite: false, new(1, "x", "")), "x", 1, duration, patience);

    private sealed class FullAfter(int bytes) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length + buffer.Length > bytes)
                throw new IOException("No space left on device");
            base.Write(buffer);
        }
    }
}
