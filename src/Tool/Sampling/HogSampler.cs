using System.Diagnostics;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Sampling;
using Gmp.Tool.Recording;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Sampling;

/// <summary>
/// Finds out what code hogs run. It follows the recording that goes on; when a goroutine has held its P for too long, a second session samples the
/// target's stacks for a moment. At the recording's end it adds to the file what it found. The recording itself never waits for it before that.
/// </summary>
/// <remarks>
/// A hog shows up here up to 150 ms after it became one, and a session takes some 50 ms to start. Hogs that are over by then mostly come again, so a
/// look that began too late waits for the next.
/// </remarks>
internal sealed class HogSampler : IRecordingAddition
{
    /// <summary>So many samples of a hog tell the share of a line to a few percent.</summary>
    private const int EnoughSamples = 100;

    /// <summary>After half of the longest look, fewer will do: on a busy host they come slowly.</summary>
    private const int FairSamples = 25;

    private const int MostFailures = 3;
    private const int SlicesWithoutCpu = 5;

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_fairLook = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestHogLook = TimeSpan.FromSeconds(1);

    /// <summary>Records of a moment have come by so long after it.</summary>
    private static readonly TimeSpan s_lag = TimeSpan.FromMilliseconds(400);

    /// <summary>Sampling throughout keeps raw stacks until it has the names, which come at a session's end: for so long, and so many (16 MB).</summary>
    private static readonly TimeSpan s_longestCpuLook = TimeSpan.FromSeconds(30);
    private const int MostRawSamples = 500_000;

    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(5);

    private readonly ITraceSession _session;
    private readonly SamplingRequest _request;
    private readonly Lock _gate = new();
    private readonly SampleLog _log;
    private readonly SamplingBudget<(int, long)> _budget = new();
    private readonly Stopwatch _clock = new();
    private readonly ManualResetEventSlim _wake = new();
    private readonly Thread _thread;
    private ILiveRecording? _recording;
    private HogWatch? _watch;
    private SamplingLook? _look;
    private (int, long)[] _wanted = [];
    private Verdict? _verdict;
    private int _failures;
    private TimeSpan _notBefore;
    private volatile bool _stop;
    private CancellationToken _hurry;
    private string _problem = "";

    // A look that ended, while records of its time may still be on their way.
    private sealed record Verdict(SampleSession Samples, (int, long)[] Wanted, TimeSpan At, long End);

    /// <summary>Makes one that has not begun.</summary>
    /// <param name="session">The recording's session, in whose target it opens others.</param>
    /// <param name="processId">The target.</param>
    /// <param name="request">What to sample.</param>
    public HogSampler(ITraceSession session, int processId, SamplingRequest request)
    {
        (_session, _request) = (session, request);
        _log = new SampleLog(path => FilesOf(path, processId));
        _thread = new Thread(Run) { IsBackground = true, Name = "gmp-hog-sampler" };
    }

    public void Begin(ILiveRecording recording)
    {
        _recording = recording;
        _clock.Start();
        _thread.Start();
    }

    public void WriteTo(Stream file, CancellationToken hurry)
    {
        _hurry = hurry;
        Stop();
        var limit = Stopwatch.StartNew();
        while (!_thread.Join(s_poll) && limit.Elapsed < s_answerLimit * 2)
        {
        }
        lock (_gate)
            _log.WriteTo(file, Math.Max(Stopwatch.GetTimestamp(), _watch?.Newest ?? 0), ThresholdNs, _log.Count > 0 ? "" : _problem);
    }

    public void Dispose()
    {
        Stop();
        _look?.Dispose();
        _thread.Join(s_answerLimit);
        lock (_gate)
            _log.Dispose();
        // The event stays: a thread that outlived its limit may still wait for it, and it holds no handle.
    }

    private bool Throughout => _request.Mode == SamplingMode.Throughout;

    private long ThresholdNs => Throughout ? 0 : _request.Threshold.Ticks * 100;

    private void Stop()
    {
        _stop = true;
        _wake.Set();
    }

    private void Run()
    {
        try
        {
            while (!_stop)
            {
                Step();
                _wake.Wait(s_poll);
            }
            _watch?.Poll();
            if (_look is { } look)
                EndLook(look, _clock.Elapsed);
        }
        catch (TraceFormatException e)
        {
            // What is recorded cannot be followed, so no hog is seen. The recording goes on.
            _problem = "the recording could not be followed: " + e.Message.TrimEnd('.');
        }
        catch (Exception e)
        {
            // The last boundary of this thread: whatever is wrong with the samples, what is recorded stays.
            _problem = $"the sampler failed ({e.GetType().Name}: {e.Message.TrimEnd('.')})";
        }
        finally
        {
            _watch?.Dispose();
        }
    }

    private void Step()
    {
        var now = _clock.Elapsed;
        if (_watch is null && !TryWatch())
            return;
        _watch!.Poll();
        if (_look is { } look && (look.HasEnded || IsEnough(look)))
        {
            _look = null;
            // The next one first, so that nothing between the two goes unseen: what both see is kept once.
            if (Throughout && !look.HasEnded && !_log.IsFull)
                Open(now);
            EndLook(look, now);
        }
        Judge(now);
        if (_look is null && _failures < MostFailures && now >= _notBefore && !_log.IsFull)
            TryBeginLook(now);
        _watch.Forget((_look?.Start ?? _verdict?.Samples.FirstTicks ?? long.MaxValue) is var from && from < _watch.Newest ? from : Before(_watch.Newest, s_longestHogLook));
    }

    // The recording may go to a device, which has no length, and what comes from there is not what was written.
    private bool TryWatch()
    {
        long written = _recording!.BytesWritten;
        if (written == 0 || new FileInfo(_recording.OutputPath) is not { Exists: true } file || file.Length < written)
            return false;
        _watch = new HogWatch(_recording.OutputPath);
        return true;
    }

    private long Before(long ticks, TimeSpan time) => ticks - (long)(time.TotalSeconds * _watch!.Frequency);

    private static (int, long) KeyOf(LiveHog hog) => (hog.Scheduler, hog.Site > 0 ? hog.Site : -hog.Goroutine);

    private bool IsLong(LiveHog hog)
    {
        if (hog.StartsBefore)
            return true;
        double seconds = (Math.Min(hog.End, _watch!.Newest) - hog.Start) / (double)_watch.Frequency;
        // sysmon measures once, after a slice. Who had no CPU then and goes on for several more is worth a look all the same.
        return seconds >= _request.Threshold.TotalSeconds * (hog.IsOnCpu ? 1 : hog.IsLive ? SlicesWithoutCpu : double.PositiveInfinity);
    }

    private void TryBeginLook(TimeSpan now)
    {
        if (Throughout)
        {
            Open(now);
            return;
        }
        if (_verdict is not null)
            return;
        var keys = _watch!.Hogs.Where(IsLong).Select(KeyOf).Distinct().ToArray();
        if (!keys.Any(key => _budget.MayLook(key, now)))
            return;
        _wanted = keys;
        Open(now);
    }

    private void Open(TimeSpan now)
    {
        using var cancel = new CancellationTokenSource(s_answerLimit);
        try
        {
            var opening = Task.Run(() => _session.OpenSamplerAsync(cancel.Token), CancellationToken.None);
            if (opening.WaitAsync(s_answerLimit).GetAwaiter().GetResult() is { } opened)
                _look = new SamplingLook(opened);
            else
                Fail(now, "it cannot be sampled");
        }
        catch (Exception e) when (e is DiagnosticsClientException or IOException or OperationCanceledException or TimeoutException
            or ObjectDisposedException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            Fail(now, "it refused a session for samples: " + e.Message.TrimEnd('.'));
        }
    }

    // Once can be chance.
    private void Fail(TimeSpan now, string why, bool isLast = false)
    {
        _failures++;
        _notBefore = now + TimeSpan.FromSeconds(1);
        if (isLast || _failures >= MostFailures)
            _problem = why;
    }

    private bool IsEnough(SamplingLook look)
    {
        var length = look.Elapsed;
        if (Throughout)
            return length >= s_longestCpuLook || look.Samples(static s => s.Count) >= MostRawSamples;
        if (length >= s_longestHogLook)
            return true;
        int samples = _wanted.Length == 0 ? 0 : _wanted.Min(key => look.Samples(s => SamplesOf(s, key)));
        return samples >= EnoughSamples || (samples >= FairSamples && length >= s_fairLook);
    }

    private int SamplesOf(SampleSession samples, (int, long) key)
    {
        int count = 0;
        foreach (var hog in _watch!.Hogs)
        {
            if (KeyOf(hog) == key && _watch.ThreadOf(hog.Scheduler, hog.Machine) is long thread)
                count += samples.CountOf(thread, hog.Start, Math.Min(hog.End, _watch.Newest));
        }
        return count;
    }

    private void EndLook(SamplingLook look, TimeSpan now)
    {
        bool answered = look.End(s_answerLimit, _hurry);
        var samples = look.Samples(static s => s);
        if (look.Failure is { } failure)
            Fail(now, "its samples could not be read: " + failure.Message.TrimEnd('.'));
        else if (!answered || !samples.HasNames)
            Fail(now, "it ended, or did not answer, before it had told the names of its code", isLast: true);
        else if (samples.Count == 0)
            Fail(now, "it sent no samples");
        if (samples is { HasNames: true, Count: > 0 })
        {
            lock (_gate)
                _log.Add(samples, samples.FirstTicks, samples.LastTicks, _watch!.IsMachine);
        }
        _budget.Spend(look.Elapsed, now);
        _verdict = Throughout ? null : new Verdict(samples, _wanted, now, samples.LastTicks);
        look.Dispose();
        if (_look == look)
            _look = null;
    }

    // How much the look showed of each hog is known when the records of its time have come.
    private void Judge(TimeSpan now)
    {
        if (_verdict is not { } verdict || (_watch!.Newest < verdict.End && now - verdict.At < s_lag))
            return;
        foreach (var key in verdict.Wanted)
            _budget.Looked(key, SamplesOf(verdict.Samples, key), now);
        _verdict = null;
    }

    // A target in a container sees other folders than we do; the system shows them below its process.
    private static IEnumerable<string> FilesOf(string path, int processId)
    {
        yield return path;
        if (OperatingSystem.IsLinux() && path.StartsWith('/'))
            yield return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/{processId}/root{path}");
    }
}
