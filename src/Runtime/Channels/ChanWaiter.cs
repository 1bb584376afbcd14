using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A goroutine in a channel's queue, with the value that it brings or gets (Go: sudog). Pooled for each thread; it belongs to the channel
/// while it is queued and to the goroutine otherwise.
/// </summary>
internal sealed class ChanWaiter<T> : Parker
{
    private const int MostPerThread = 256;

    // One thread-static field: the length of the list is kept in its links.
    [ThreadStatic] private static ChanWaiter<T>? t_free;

    private int _freeDepth;

    /// <summary>The next in the queue or on the free list.</summary>
    internal ChanWaiter<T>? Next;

    internal G? G;

    internal T? Value;

    /// <summary>False if the channel was closed.</summary>
    internal bool Ok;

    private Chan<T>? _chan;
    private bool _isSend;

    internal override WaitReason Reason => _isSend ? WaitReason.ChanSend : WaitReason.ChanReceive;

    internal override long ObjectId => _chan!.Id;

    internal static ChanWaiter<T> Rent(Chan<T> chan, bool isSend)
    {
        var waiter = t_free;
        if (waiter is null)
        {
            waiter = new ChanWaiter<T>();
        }
        else
        {
            t_free = waiter.Next;
            waiter.Next = null;
        }
        waiter._chan = chan;
        waiter._isSend = isSend;
        return waiter;
    }

    internal void Return()
    {
        _chan = null;
        G = null;
        Value = default;
        Ok = false;
        var free = t_free;
        int depth = free is null ? 1 : free._freeDepth + 1;
        if (depth > MostPerThread)
            return;
        _freeDepth = depth;
        Next = free;
        t_free = this;
    }

    internal override bool Commit(G g)
    {
        G = g;
        return _isSend ? !_chan!.SendOrEnqueue(this) : !_chan!.ReceiveOrEnqueue(this);
    }
}

/// <summary>Goroutines that wait on one side of a channel, oldest first. Under the channel's gate, but for <see cref="IsEmpty"/>.</summary>
internal struct ChanWaiterQueue<T>
{
    private ChanWaiter<T>? _first;
    private ChanWaiter<T>? _last;

    /// <summary>Without the gate, a moment's truth.</summary>
    internal readonly bool IsEmpty => Volatile.Read(in _first) is null;

    internal void Enqueue(ChanWaiter<T> waiter)
    {
        waiter.Next = null;
        if (_last is null)
            Volatile.Write(ref _first, waiter);
        else
            _last.Next = waiter;
        _last = waiter;
    }

    internal ChanWaiter<T>? Dequeue()
    {
        var waiter = _first;
        if (waiter is null)
            return null;
        _first = waiter.Next;
        if (_first is null)
            _last = null;
        waiter.Next = null;
        return waiter;
    }
}
