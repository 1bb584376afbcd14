using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A goroutine in a channel's queue, with the value that it brings or gets (Go: sudog). It belongs to the channel while it is queued and to the
/// goroutine otherwise, which keeps it for its next wait: a goroutine waits in one place at a time.
/// </summary>
internal sealed class ChanWaiter<T> : Parker
{
    /// <summary>The next in the queue.</summary>
    internal ChanWaiter<T>? Next;

    internal G? G;

    internal T? Value;

    /// <summary>False if the channel was closed.</summary>
    internal bool Ok;

    private Chan<T>? _chan;
    private bool _isSend;
    private bool _isInUse;

    internal override WaitReason Reason => _isSend ? WaitReason.ChanSend : WaitReason.ChanReceive;

    internal override long ObjectId => _chan!.Id;

    /// <summary>The goroutine's own if it is free and of this kind, else a new one.</summary>
    /// <param name="g">The calling goroutine; null if the caller is none, and will hear so when it awaits.</param>
    /// <param name="chan">Where it will wait.</param>
    /// <param name="isSend">On which side.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ChanWaiter<T> Rent(G? g, Chan<T> chan, bool isSend)
    {
        // In use: of a call that was made and never awaited.
        if (g?.Waiter is not ChanWaiter<T> waiter || waiter._isInUse)
            waiter = New(g);
        waiter._isInUse = true;
        if (waiter._chan != chan)
            waiter._chan = chan;
        waiter._isSend = isSend;
        return waiter;
    }

    internal void Return()
    {
        // The channel is kept: the next wait is often on the same. What it carried is not.
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            Value = default;
        Ok = false;
        _isInUse = false;
    }

    /// <summary>The wait goes to another goroutine, which is not the one that keeps this waiter.</summary>
    internal override void Disown()
    {
        if (G is { } g && g.Waiter == this)
            g.Waiter = null;
        G = null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ChanWaiter<T> New(G? g)
    {
        var waiter = new ChanWaiter<T> { G = g };
        if (g is not null)
            g.Waiter = waiter;
        return waiter;
    }

    internal override bool Commit(G g)
    {
        if (G != g)
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
