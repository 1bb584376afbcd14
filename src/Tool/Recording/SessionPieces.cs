using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gmp.Tool.Recording;

/// <summary>
/// The bytes of a session, read by a thread of its own into a queue: a read cannot be given up, and a stream that nobody reads cannot be stopped
/// either. One taker.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The thread may outlive the owner, and still adds.")]
internal sealed class SessionPieces
{
    private const int BufferBytes = 256 * 1024;

    private readonly ITraceSession _session;
    private readonly BlockingCollection<byte[]> _pieces;
    private readonly Thread _pump;

    /// <summary>Begins to read.</summary>
    /// <param name="session">An open session, whose end is its owner's affair.</param>
    /// <param name="most">How many pieces may wait, of 256 KB at most: what does not fit waits in the target, whose runtime counts what it must drop.</param>
    public SessionPieces(ITraceSession session, int most)
    {
        _session = session;
        _pieces = new(most);
        _pump = new Thread(Pump) { IsBackground = true, Name = "gmp-pump", Priority = ThreadPriority.AboveNormal };
        _pump.Start();
    }

    /// <summary>How long nothing comes when the target wrote all that it had: the runtime writes a piece in one go and then sleeps 100 ms.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(15);

    /// <summary>Everything that came was taken, and nothing will come.</summary>
    public bool HasEnded => _pieces.IsCompleted;

    /// <summary>Nothing more comes; what came may still wait.</summary>
    public bool HasStreamEnded => _pieces.IsAddingCompleted;

    /// <summary>The next piece.</summary>
    public bool TryTake(out byte[] piece, TimeSpan limit) => _pieces.TryTake(out piece!, limit);

    /// <summary>Waits for the stream's end.</summary>
    /// <returns>False if it goes on after <paramref name="limit"/>.</returns>
    public bool Join(TimeSpan limit) => _pump.Join(limit);

    private void Pump()
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (_session.Stream.Read(buffer, 0, buffer.Length) is > 0 and int count)
                _pieces.Add(buffer[..count]);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The target died, or the session was aborted.
        }
        _pieces.CompleteAdding();
    }
}
