using System.Diagnostics;
using Gmp.Tool.Commands;
using Gmp.Tool.Stdio;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Recording;

/// <summary>
/// A recording from its first byte to a whole file. Two threads: the pump, which copies, and the conductor, which waits for a reason to
/// end and then ends the session in the only order that loses nothing: flush, stop while the pump still reads, end of stream, close.
/// </summary>
/// <remarks>
/// Thread-safe. <see cref="Dispose"/> ends a recording that goes on. From its first byte until it is disposed, signals that ask the process
/// to end ask the recording instead: one that ended the tool would leave a file without its end.
/// </remarks>
internal sealed class TraceRecording : ILiveRecording, IDisposable
{
    // A living target ends a session within a tenth of a second. One that writes on while it is asked to stop may take longer: the limit
    // counts from the last byte that came.
    private static readonly TimeSpan s_defaultPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    private readonly ITraceSession _session;
    private readonly FileStream _file;
    private readonly StreamPump _pump;
    private readonly Thread _conductor;
    private readonly IRecordingAddition? _addition;
    private readonly StopSignals _signals;
    private readonly TimeSpan? _duration;
    private readonly TimeSpan _patience;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ManualResetEventSlim _wake = new();
    private readonly ManualResetEventSlim _ended = new();
    private volatile bool _stopRequested;
    private readonly CancellationTokenSource _hurry = new();
    private volatile bool _abortRequested;
    private string? _endReason;

    private TraceRecording(
        ITraceSession session, FileStream file, string title, int processId, TimeSpan? duration, TimeSpan patience, IRecordingAddition? addition)
    {
        _addition = addition;
        (_session, _file, Title, ProcessId, OutputPath, _duration, _patience) = (session, file, title, processId, file.Name, duration, patience);
        CanBeReadBack = file.CanSeek;
        _pump = new StreamPump(session.Stream, file, _wake.Set);
        _conductor = new Thread(Conduct) { IsBackground = true, Name = "gmp-recording" };
        _signals = new StopSignals(RequestStop, Abort);
    }

    public string Title { get; }

    public int ProcessId { get; }

    public string OutputPath { get; }

    /// <summary>The output is a file: another reader takes nothing away from it.</summary>
    public bool CanBeReadBack { get; }

    public long BytesWritten => _pump.BytesWritten;

    public bool HasEnded => _ended.IsSet;

    public string? EndReason => Volatile.Read(ref _endReason);

    /// <summary>How it ended; meaningful once <see cref="HasEnded"/>.</summary>
    public RecordingEnd End { get; private set; }

    /// <summary>How long it has been going on, or went on.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>The stop was asked for and the file is not whole yet.</summary>
    public bool IsStopping => _stopRequested && !HasEnded;

    /// <summary>Takes over a session and a file, and records.</summary>
    /// <param name="session">An open session; disposed by the recording.</param>
    /// <param name="file">An empty file, open for reading and writing; closed by the recording.</param>
    /// <param name="title">The name of the program.</param>
    /// <param name="processId">The target.</param>
    /// <param name="duration">After how long to end, or null.</param>
    /// <param name="patience">How long the target may be silent once it was asked to stop; null for the default.</param>
    /// <param name="addition">What else goes into the file; disposed by the recording.</param>
    public static TraceRecording Start(
        ITraceSession session, FileStream file, string title, int processId, TimeSpan? duration = null, TimeSpan? patience = null,
        IRecordingAddition? addition = null)
    {
        var recording = new TraceRecording(session, file, title, processId, duration, patience ?? s_defaultPatience, addition);
        recording._pump.Start();
        addition?.Begin(recording);
        recording._conductor.Start();
        return recording;
    }

    public void RequestStop()
    {
        _stopRequested = true;
        _wake.Set();
    }

    /// <summary>Ends at once, without asking the target. The file keeps what came so far and is readable.</summary>
    public void Abort()
    {
        _abortRequested = true;
        _hurry.Cancel();
        RequestStop();
    }

    /// <summary>Waits until the file is whole.</summary>
    /// <returns>False if that takes longer than <paramref name="limit"/>.</returns>
    public bool Wait(TimeSpan limit) => _ended.Wait(limit);

    /// <summary>Stops and waits; never longer than the stop's own limits.</summary>
    public void Stop()
    {
        RequestStop();
        _ended.Wait();
    }

    /// <summary>The failure that the command must report, or null.</summary>
    public ToolFailure? Failure => End switch
    {
        RecordingEnd.OutputFailed => new ToolFailure(ExitCode.TracingError, EndReason!, _pump.WriteFailure),
        RecordingEnd.NoAnswer => new ToolFailure(ExitCode.TracingError, EndReason!),
        _ => null,
    };

    public void Dispose()
    {
        if (!HasEnded)
            Abort();
        // The events are not disposed: a pump that outlived its limit may still set one, and neither ever made a kernel handle.
        _conductor.Join();
        _signals.Dispose();
    }

    private void Conduct()
    {
        AwaitReason();
        bool targetEnded = _pump.HasEnded;
        bool durationOver = !_stopRequested && !targetEnded && _pump.WriteFailure is null;
        _stopRequested = true;
        bool answered = targetEnded || StopSession();
        _clock.Stop();
        CloseSession();
        End =
            _pump.WriteFailure is not null ? RecordingEnd.OutputFailed
            : targetEnded ? RecordingEnd.TargetExited
            : _abortRequested ? RecordingEnd.Aborted
            : !answered ? RecordingEnd.NoAnswer
            : durationOver ? RecordingEnd.Duration
            : RecordingEnd.Requested;
        string? tailProblem = CloseFile();
        Volatile.Write(ref _endReason, Describe(End, tailProblem));
        _ended.Set();
    }

    private void AwaitReason()
    {
        while (!_stopRequested && !_pump.HasEnded && _pump.WriteFailure is null)
        {
            _wake.Reset();
            // Looked at again after the reset, or a reason that came in between would be slept over.
            if (_stopRequested || _pump.HasEnded || _pump.WriteFailure is not null)
                return;
            if (_duration is not TimeSpan duration)
                _wake.Wait();
            else if (duration - _clock.Elapsed is { Ticks: > 0 } rest)
                _wake.Wait(rest);
            else
                return;
        }
    }

    /// <returns>True if the stream came to its end; false if the target kept silent too long or the user did not want to wait.</returns>
    private bool StopSession()
    {
        using var cancel = new CancellationTokenSource();
        // Apart from this thread: a target that is stopped (SIGSTOP) takes the command and never answers, whatever the token says.
        _ = Task.Run(() => FlushAndStopAsync(cancel.Token));
        long seen = -1;
        var silence = Stopwatch.StartNew();
        while (!_pump.HasEnded && !_abortRequested)
        {
            if (_pump.BytesRead != seen)
            {
                seen = _pump.BytesRead;
                silence.Restart();
            }
            if (silence.Elapsed > _patience)
                break;
            _wake.Reset();
            if (!_pump.HasEnded && !_abortRequested)
                _wake.Wait(s_poll);
        }
        bool ended = _pump.HasEnded;
        cancel.Cancel();
        return ended;
    }

    private async Task FlushAndStopAsync(CancellationToken cancel)
    {
        try
        {
            using var flushLimit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            flushLimit.CancelAfter(_patience / 4);
            await _session.FlushAsync(flushLimit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsTargetGone(e))
        {
            // What could not be flushed is at most the last 50 ms; the session is stopped all the same.
        }
        try
        {
            await _session.StopAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (IsTargetGone(e))
        {
            // The pump sees the end of the stream, or the silence runs out.
        }
    }

    private static bool IsTargetGone(Exception e) =>
        e is DiagnosticsClientException or IOException or OperationCanceledException or ObjectDisposedException or System.Net.Sockets.SocketException;

    private void CloseSession()
    {
        if (!_pump.HasEnded)
            _session.Abort();
        var limit = Stopwatch.StartNew();
        // Only a read that no close can interrupt would outlast this; the pump's thread is a background one.
        while (!_pump.HasEnded && limit.Elapsed < _patience)
        {
            _wake.Reset();
            if (!_pump.HasEnded)
                _wake.Wait(s_poll);
        }
        // Disposing asks a living target to stop once more, which may wait for ever if it is stopped: not on this thread.
        var disposing = Task.Run(_session.Dispose);
        _ = disposing.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
    }

    private string? CloseFile()
    {
        try
        {
            using (_addition)
            using (_file)
            {
                NettraceTail.Repair(_file, isFull: _pump.WriteFailure is not null);
                if (_addition is not null && _pump.WriteFailure is null)
                    NettraceTail.Add(_file, file => _addition.WriteTo(file, _hurry.Token));
            }
            return null;
        }
        catch (Exception e) when (OutputFile.IsWriteFailure(e))
        {
            // A full disk or a pipe: what is written stays, and our own reader needs no closing tag.
            return e.Message;
        }
    }

    private string Describe(RecordingEnd end, string? tailProblem) => end switch
    {
        RecordingEnd.Duration => "The duration is over.",
        RecordingEnd.TargetExited => $"Target exited: process {ProcessId} ended while it was recorded.",
        RecordingEnd.OutputFailed =>
            $"Writing {TerminalText.Escape(OutputPath)} failed after {BytesWritten} bytes ({Reason()}): free some space or choose another --output; what was written is kept.",
        RecordingEnd.NoAnswer =>
            $"Process {ProcessId} did not answer the stop for {_patience.TotalSeconds:0.#} s (is it stopped?): the file keeps everything up to then.",
        RecordingEnd.Aborted => "Aborted: the last tenth of a second may be missing.",
        _ => tailProblem is null ? "Stopped." : $"Stopped; the file's end could not be written: {tailProblem}",
    };

    private string Reason() => _pump.WriteFailure switch
    {
        null => "",
        ArgumentOutOfRangeException => "the limit on the size of a file is reached",
        var e => e.Message.TrimEnd('.'),
    };
}
