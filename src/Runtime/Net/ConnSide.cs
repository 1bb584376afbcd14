using System.Net.Sockets;

namespace Gmp;

/// <summary>
/// One direction of a connection or listener: lets one goroutine at a time use it, and waits for it with the scheduler's poller or, where there is none, with
/// the framework's asynchronous sockets.
/// </summary>
internal sealed class ConnSide(PollSide? poll) : IDisposable
{
    private readonly GoMutex _turn = new();

    // Only without a poller: what ends the operation that the framework carries out.
    private readonly Lock _gate = new();
    private CancellationTokenSource? _limit;
    private long _deadline;   // in ticks; 0 for none
    private bool _isClosed;

    /// <summary>The poller's side, or null.</summary>
    internal PollSide? Poll => poll;

    /// <summary>Begins an operation: others wait their turn.</summary>
    internal bool TryEnter() => _turn.TryLock();

    internal GoMutex.LockAwaitable Enter(CancellationToken token) => _turn.Lock(token);

    internal void Exit() => _turn.Unlock();

    /// <summary>Waits until the socket can go on, or a token, the deadline or a close ends the wait.</summary>
    internal async GoTask Wait(CancellationToken token)
    {
        if (!token.CanBeCanceled)
        {
            await poll!.Wait();
            return;
        }
        token.ThrowIfCancellationRequested();
        var cancellation = new PollCancellation(poll!);
        // First, as it may throw, and nobody would take the registration back.
        var wait = poll!.Wait(cancellation);
        var registration = cancellation.Watch(token);
        await wait;
        // Not Dispose, which waits for a callback that runs.
        registration.Unregister();
        if (cancellation.IsCanceled)
            throw new OperationCanceledException(token);
    }

    /// <summary>Limits how long the side may wait.</summary>
    /// <param name="after">From now on; null for no limit.</param>
    internal void SetDeadline(TimeSpan? after)
    {
        long when = after is { } span ? RuntimeTimer.After(span) : 0;
        if (poll is not null)
        {
            poll.SetDeadline(when);
            return;
        }
        lock (_gate)
        {
            _deadline = when;
            if (_isClosed)
                return;
            // What runs is limited anew. One whose limit has passed is over, and the next begins with another.
            if (_limit is not null && !_limit.IsCancellationRequested)
                _limit.CancelAfter(after is { } left ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : Timeout.InfiniteTimeSpan);
            else
                _limit = null;
        }
    }

    /// <summary>Without a poller: carries out an operation of the framework under the side's limits.</summary>
    internal async GoTask<T> Run<TState, T>(Func<TState, CancellationToken, ValueTask<T>> operation, TState state, CancellationToken token)
    {
        var limit = Limit();
        using var linked = token.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token) : null;
        try
        {
            return await operation(state, (linked ?? limit).Token);
        }
        catch (OperationCanceledException)
        {
            token.ThrowIfCancellationRequested();
            lock (_gate)
                ObjectDisposedException.ThrowIf(_isClosed, typeof(GoConn));
            throw PollSide.DeadlineHasPassed();
        }
        catch (SocketException) when (Volatile.Read(ref _isClosed))
        {
            throw new ObjectDisposedException(nameof(GoConn));
        }
    }

    private CancellationTokenSource Limit()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(GoConn));
            if (_limit is null)
            {
                _limit = new CancellationTokenSource();
                if (_deadline != 0)
                    _limit.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(0, Clock.ToNanoseconds(_deadline - Clock.Now) / 1e6)));
            }
            return _limit;
        }
    }

    /// <summary>Ends every wait, now and later.</summary>
    public void Dispose()
    {
        poll?.Close();
        CancellationTokenSource? limit;
        lock (_gate)
        {
            Volatile.Write(ref _isClosed, true);
            limit = _limit;
        }
        limit?.Cancel();
    }
}
