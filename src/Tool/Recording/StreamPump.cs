namespace Gmp.Tool.Recording;

/// <summary>
/// Copies a session's stream to the file, on a thread of its own, and nothing else. What it does not read, the target must buffer and at
/// last drop, so it neither parses nor waits for anybody.
/// </summary>
internal sealed class StreamPump
{
    private const int BufferBytes = 256 * 1024;

    private readonly Stream _source;
    private readonly Stream _file;
    private readonly Action _changed;
    private readonly Thread _thread;
    private long _bytesRead;
    private long _bytesWritten;
    private volatile Exception? _writeFailure;
    private volatile bool _hasEnded;

    /// <summary>Makes a pump that does not run yet.</summary>
    /// <param name="source">The session's stream.</param>
    /// <param name="file">The file; the pump writes it and does not close it.</param>
    /// <param name="changed">Called on the pump's thread when a write failed and when the stream ended.</param>
    public StreamPump(Stream source, Stream file, Action changed)
    {
        (_source, _file, _changed) = (source, file, changed);
        _thread = new Thread(Run) { IsBackground = true, Name = "gmp-pump", Priority = ThreadPriority.AboveNormal };
    }

    /// <summary>Bytes in the file.</summary>
    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    /// <summary>Bytes that came; more than were written only after a failed write.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Why the file could not be written, or null.</summary>
    public Exception? WriteFailure => _writeFailure;

    /// <summary>The stream ended, or its connection broke: nothing more comes.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    private void Run()
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
        while (Read(buffer) is > 0 and int count)
        {
            Volatile.Write(ref _bytesRead, _bytesRead + count);
            // After a failed write it goes on reading: a session whose stream nobody reads cannot be stopped.
            if (_writeFailure is null)
                Write(buffer.AsSpan(0, count));
        }
        _hasEnded = true;
        _changed();
    }

    private int Read(byte[] buffer)
    {
        try
        {
            return _source.Read(buffer);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return 0;   // the target died, or the session was aborted
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _file.Write(bytes);
            Volatile.Write(ref _bytesWritten, _bytesWritten + bytes.Length);
        }
        catch (Exception e) when (OutputFile.IsWriteFailure(e))
        {
            _writeFailure = e;
            _changed();
        }
    }
}
