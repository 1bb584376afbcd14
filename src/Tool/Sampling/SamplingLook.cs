using System.Diagnostics;
using Gmp.Analysis.Sampling;
using Gmp.Tool.Recording;

namespace Gmp.Tool.Sampling;

/// <summary>One session of the sample profiler, from its start to its rundown. A thread of its own reads it: a session that nobody reads cannot be stopped.</summary>
internal sealed class SamplingLook : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(10);

    private readonly ITraceSession _session;
    private readonly Lock _gate = new();
    private readonly SampleSession _samples = new();
    private readonly Thread _reader;
    private volatile Exception? _failure;
    private volatile bool _ended;

    /// <summary>Reads a session that was just opened.</summary>
    public SamplingLook(ITraceSession session)
    {
        _session = session;
        Start = Stopwatch.GetTimestamp();
        _reader = new Thread(Read) { IsBackground = true, Name = "gmp-samples" };
        _reader.Start();
    }

    /// <summary>When it began, in ticks.</summary>
    public long Start { get; }

    /// <summary>How long it has gone on.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(Start);

    /// <summary>The stream ended, be it that the target is gone.</summary>
    public bool HasEnded => _ended;

    /// <summary>Why it could not be read, or null.</summary>
    public Exception? Failure => _failure;

    /// <summary>Looks at the samples that came so far; nobody adds to them meanwhile.</summary>
    public T Samples<T>(Func<SampleSession, T> look)
    {
        lock (_gate)
            return look(_samples);
    }

    /// <summary>Ends the session and waits for its rundown.</summary>
    /// <param name="limit">How long the target may take.</param>
    /// <param name="hurry">Cancelled if nobody wants to wait.</param>
    /// <returns>False if it did not answer: there are no names then.</returns>
    public bool End(TimeSpan limit, CancellationToken hurry)
    {
        if (!_ended)
        {
            // Apart from this thread: a target that is stopped takes the command and never answers.
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(hurry);
            var stopping = Task.Run(() => _session.StopAsync(cancel.Token), CancellationToken.None);
            _ = stopping.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
            var waited = Stopwatch.StartNew();
            while (!_ended && waited.Elapsed < limit && !hurry.IsCancellationRequested)
                _reader.Join(s_poll);
            if (!_ended)
            {
                _session.Abort();
                cancel.Cancel();
                return false;
            }
        }
        return _failure is null;
    }

    public void Dispose()
    {
        if (!_ended)
            _session.Abort();
        // Asks a living target to stop once more, which may wait for ever: not on this thread.
        var disposing = Task.Run(_session.Dispose);
        _ = disposing.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
    }

    private void Read()
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (_session.Stream.Read(buffer) is > 0 and int count)
            {
                if (_failure is not null)
                    continue;   // read on, or the target's diagnostics port stays busy
                try
                {
                    lock (_gate)
                        _samples.Read(buffer.AsSpan(0, count));
                }
                catch (Exception e)
                {
                    // Not only for what is no nettrace: the last boundary of this thread.
                    _failure = e;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The target died, or the look was given up.
        }
        _ended = true;
    }
}
