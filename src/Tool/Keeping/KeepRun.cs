using System.Diagnostics;
using System.Globalization;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Watching;
using Gmp.Tool.Commands;
using Gmp.Tool.Recording;
using Gmp.Tool.Reporting;
using Gmp.Tool.Stdio;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Keeping;

/// <summary>
/// <c>--keep</c>: a recording of which only the last stretch is kept, in memory; a file is written each time a condition comes true. The files begin where
/// the target told everyone's state, which it is asked to do twice in a stretch.
/// </summary>
internal sealed class KeepRun
{
    private static readonly TimeSpan s_shortestRenewal = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    // What the target wrote comes up to a fifth of a second later.
    private static readonly TimeSpan s_lag = TimeSpan.FromSeconds(1);

    private readonly IStdio _stdio;
    private readonly TargetProcess _target;
    private readonly KeepRequest _request;
    private readonly KeptFiles _files;
    private readonly LiveWatch _watch;
    private readonly Dictionary<WatchCondition, long> _rearmed = [];   // in ticks of the target
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private volatile bool _stopRequested;
    private volatile bool _abortRequested;
    private Firing? _pending;
    private long _pendingSince;
    private int _fired;
    private int _written;

    private KeepRun(IStdio stdio, TargetProcess target, RecordingRequest recording, KeepRequest request)
    {
        (_stdio, _target, _request) = (stdio, target, request);
        _files = new KeptFiles(target, recording.Output);
        _watch = new LiveWatch(request.Conditions, request.Bytes);
    }

    /// <summary>Runs it to its end: a signal, Enter, the duration, or the target's end.</summary>
    /// <param name="context">The tool. Paths of files go to stdout, everything else to stderr.</param>
    /// <param name="target">The process.</param>
    /// <param name="recording">The options of every recording.</param>
    /// <param name="request">What to keep.</param>
    /// <exception cref="ToolFailure">No session, no goroutines, or a file could not be written.</exception>
    public static int Run(ToolContext context, TargetProcess target, RecordingRequest recording, KeepRequest request) =>
        Run(context.Stdio, context.Sessions.Open(target, recording with { Providers = [] }), target, recording, request);

    /// <summary>The same on a session that is open.</summary>
    /// <param name="stdio">Where to.</param>
    /// <param name="session">An open session; ended here.</param>
    /// <param name="target">Whose it is.</param>
    /// <param name="recording">The options of every recording.</param>
    /// <param name="request">What to keep.</param>
    /// <exception cref="ToolFailure">No goroutines, or a file could not be written.</exception>
    public static int Run(IStdio stdio, ITraceSession session, TargetProcess target, RecordingRequest recording, KeepRequest request)
    {
        var run = new KeepRun(stdio, target, recording, request);
        using var stream = new KeptStream(session);
        using var signals = new StopSignals(() => run._stopRequested = true, () => run._abortRequested = true);
        try
        {
            run.AwaitGreeting(stream);
            run.Announce(recording.Duration);
            run.Follow(stream, recording.Duration);
            bool targetEnded = stream.HasEnded;
            run.Drain(stream);
            run.Conclude(targetEnded);
        }
        catch (TraceFormatException e)
        {
            throw new ToolFailure(ExitCode.TracingError, $"What process {target.Id} ({target.Name}) sent cannot be read: {e.Message}", e);
        }
        return ExitCode.Ok;
    }

    private void AwaitGreeting(KeptStream stream)
    {
        while (!_watch.HasGoroutineProvider)
        {
            if (stream.HasEnded)
                throw new ToolFailure(ExitCode.SessionCreationError, $"Process {_target.Id} ({_target.Name}) exited before it sent anything.");
            if (_stopRequested)
                throw new ToolFailure(ExitCode.SessionCreationError, $"Stopped before process {_target.Id} ({_target.Name}) sent anything.");
            if (_clock.Elapsed > RecordingStart.Greeting)
            {
                throw new ToolFailure(ExitCode.SessionCreationError,
                    $"Process {_target.Id} ({_target.Name}) is a .NET process without goroutines: no GmpTrace scheduler answered.");
            }
            Take(stream);
        }
    }

    private void Announce(TimeSpan? duration)
    {
        string commandLine = _target.CommandLine.Length == 0 ? _target.Name : _target.CommandLine;
        _stdio.Error.WriteLine($"Process        : {TerminalText.Escape(commandLine)} (pid {_target.Id})");
        _stdio.Error.WriteLine($"Keeping        : the last {Text(_request.Keep)}, at most {Units.Bytes(_request.Bytes)}");
        _stdio.Error.WriteLine("Writing on     : " + (_request.Conditions.Count == 0 ? "the end" : string.Join(", ", _request.Conditions.Select(c => TerminalText.Escape(c.Text)))));
        if (duration is TimeSpan limit)
            _stdio.Error.WriteLine($"Trace Duration : {Duration.ToClock(limit, withFraction: true)}");
        _stdio.Error.WriteLine(_stdio.InIsTerminal ? "Press <Enter> or <Ctrl+C> to exit..." : "Press <Ctrl+C> to exit...");
    }

    private void Follow(KeptStream stream, TimeSpan? duration)
    {
        long renewEvery = Math.Max(s_shortestRenewal.Ticks, _request.Keep.Ticks / 2);
        var sinceRenewal = Stopwatch.StartNew();
        var sinceLook = Stopwatch.StartNew();
        while (!_stopRequested && !stream.HasEnded && !(_clock.Elapsed >= duration))
        {
            Take(stream);
            Handle();
            if (sinceRenewal.Elapsed.Ticks >= renewEvery || (_watch.WantsGeneration && sinceRenewal.Elapsed >= s_shortestRenewal))
            {
                stream.Renew();
                sinceRenewal.Restart();
                // A file begins up to a renewal before its stretch.
                _watch.Forget(_request.Keep + _request.After + TimeSpan.FromTicks(renewEvery) + s_lag);
            }
            if (sinceLook.Elapsed < SessionPieces.Pause * 6)
                continue;
            sinceLook.Restart();
            if (_stdio.InIsTerminal && _stdio.EnterWasPressed())
                _stopRequested = true;
            if (_stdio.ErrorIsTerminal)
                _stdio.Error.Write($"\r[{Duration.ToClock(_clock.Elapsed)}]\tKeeping {Units.Bytes(_watch.KeptBytes)}, {Units.Count(_fired, "event")} seen\u001b[K");
        }
    }

    // The end of the session: what the target still holds is fetched, so that a condition of the last moments has its file too.
    private void Drain(KeptStream stream)
    {
        stream.RequestEnd();
        var silence = Stopwatch.StartNew();
        while (!stream.HasEnded && !_abortRequested && silence.Elapsed < s_silence)
        {
            if (Take(stream))
                silence.Restart();
            Handle();
        }
        _watch.End();
        Handle();
        if (_pending is not null)
            WritePending();
    }

    private void Conclude(bool targetEnded)
    {
        if (_request.Conditions.Count == 0 && _watch.NewestTicks is long end)
            Write(DateTime.UtcNow, "end", end - _watch.Ticks(_request.Keep));
        if (_stdio.ErrorIsTerminal)
            _stdio.Error.WriteLine();
        string exited = targetEnded ? $"Target exited: process {_target.Id} ended. " : "";
        string fired = _request.Conditions.Count == 0 ? "" : $"{(_fired == 0 ? "No condition came true" : Units.Count(_fired, "condition") + " came true")}, ";
        _stdio.Error.WriteLine($"{exited}{fired}{Units.Count(_written, "file")} written.");
        long lost = _watch.EventsLost;
        _stdio.Error.WriteLine("Events lost    : " + lost.ToString("N0", CultureInfo.InvariantCulture)
            + (lost > 0 ? " (the target's buffer was full; --buffersize gives it more room)" : ""));
    }

    private bool Take(KeptStream stream)
    {
        if (stream.TryTake(out byte[] piece, SessionPieces.Pause))
        {
            _watch.Read(piece);
            return true;
        }
        _watch.Pause();
        return false;
    }

    private void Handle()
    {
        while (_watch.TakeFiring() is { } firing)
        {
            // One long hog is one event, and so are all the goroutines that it makes wait.
            if (_rearmed.TryGetValue(firing.Condition, out long until) && firing.Ticks < until)
                continue;
            _rearmed[firing.Condition] = firing.Ticks + _watch.Ticks(_request.Rearm);
            _fired++;
            Tell(firing);
            if (_pending is null && _written < _request.MostFiles)
                (_pending, _pendingSince) = (firing, Stopwatch.GetTimestamp());
        }
        if (_pending is null)
            return;
        var waited = Stopwatch.GetElapsedTime(_pendingSince);
        bool hasCome = _watch.NewestTicks >= _pending.Ticks + _watch.Ticks(_request.After) && waited >= _request.After;
        if (hasCome || waited >= _request.After + s_lag)
            WritePending();
    }

    private void Tell(Firing firing)
    {
        if (_stdio.ErrorIsTerminal)
            _stdio.Error.Write("\r\u001b[K");
        string file = _pending is not null ? "it is in the file that is being written"
            : _written < _request.MostFiles ? $"a file follows in {Text(_request.After)}"
            : $"no file: --max-files {_request.MostFiles} are written";
        _stdio.Error.WriteLine(TerminalText.Escape(
            $"{firing.Utc.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {firing.Condition.Text}: {firing.What} ({file})."));
    }

    private void WritePending()
    {
        var firing = _pending!;
        _pending = null;
        Write(firing.Utc, firing.Condition.Text, firing.Ticks - _watch.Ticks(_request.Keep));
    }

    private void Write(DateTime utc, string why, long from)
    {
        string path = _files.Write(utc, why, stream => _watch.WriteTo(stream, from));
        _written++;
        _stdio.WritePath(path);
        _stdio.Out.Flush();
    }

    private static string Text(TimeSpan time) => time.TotalSeconds < 1
        ? time.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture) + "ms"
        : time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s";
}
