using System.Diagnostics;

namespace Gmp.Analysis.Reading;

/// <summary>
/// Reads a .nettrace that is still being written. One thread calls <see cref="Poll"/>; any thread reads <see cref="Trace"/> under
/// <see cref="Model.TraceModel.Gate"/>. A file that is still empty is waited for.
/// </summary>
/// <remarks>
/// The target's runtime writes what gathered every 100 ms, and only what comes next proves that a piece was complete. Waiting for the
/// proof would show everything 100 ms later, so a pause in the writing is taken for it; if that was wrong, a few records come late and
/// are counted as such. A finished file never needs the guess.
/// </remarks>
public sealed class TraceFollower : IDisposable
{
    /// <summary>Little enough to apply in a few ms: the gate is held for so long.</summary>
    private const int ReadBytes = 128 * 1024;

    /// <summary>At most this much a call, so that a long backlog shows up in steps.</summary>
    private const int MostBytesAPoll = 32 << 20;

    /// <summary>The runtime writes a piece in one go and then sleeps 100 ms.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(15);

    private readonly FileStream _file;
    private readonly TraceIngest _ingest = new();
    private long _lastGrowth = Stopwatch.GetTimestamp();
    private bool _pauseTold = true;
    private bool _isComplete;

    /// <summary>Opens the file, which another thread or process may go on writing.</summary>
    /// <exception cref="TraceFormatException">The file is missing or cannot be opened.</exception>
    public TraceFollower(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        _file = TraceFile.Open(path);
        _ingest.Info.Path = path;
        Trace = new LoadedTrace(_ingest.Model, _ingest.Info);
    }

    /// <summary>The trace as far as it was read: the same object always.</summary>
    public LoadedTrace Trace { get; }

    /// <summary>Reads what was appended since. Takes the gate for short stretches; call it every 20 to 50 ms.</summary>
    /// <returns>True if the model changed.</returns>
    /// <exception cref="TraceFormatException">What was written is not a .nettrace, or of an unknown version.</exception>
    public bool Poll()
    {
        if (_isComplete)
            return false;
        bool changed = ReadOn(MostBytesAPoll, out long bytes);
        if (bytes > 0)
        {
            _lastGrowth = Stopwatch.GetTimestamp();
            _pauseTold = false;
        }
        else if (!_pauseTold && Stopwatch.GetElapsedTime(_lastGrowth) >= s_pause)
        {
            _pauseTold = true;
            lock (_ingest.Model.Gate)
            {
                _ingest.OnPause();
                changed |= _ingest.Advance();
            }
        }
        return changed;
    }

    /// <summary>Reads the rest and closes the books: call it when nothing more will be written. May be called again, to no effect.</summary>
    /// <exception cref="TraceFormatException">The file is not a .nettrace, or of an unknown version.</exception>
    public void Complete()
    {
        if (_isComplete)
            return;
        ReadOn(long.MaxValue, out _);
        _isComplete = true;
        lock (_ingest.Model.Gate)
            _ingest.Complete();
    }

    /// <summary>Closes the file. The trace stays usable.</summary>
    public void Dispose() => _file.Dispose();

    private bool ReadOn(long most, out long bytes)
    {
        bool changed = false;
        bytes = 0;
        while (bytes < most)
        {
            // Only this thread touches the reader's buffer, so the wait for the disk is outside the gate.
            int read = TraceFile.Read(_file, _ingest.Reader.Space(ReadBytes)[..ReadBytes]);
            if (read == 0)
                break;
            bytes += read;
            lock (_ingest.Model.Gate)
            {
                _ingest.Reader.Fill(read);
                changed |= _ingest.Advance();
            }
        }
        return changed;
    }
}
