using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>Goroutines that wait on one side of a channel, oldest first (Go: waitq). Under the channel's gate, but for <see cref="IsEmpty"/>.</summary>
/// <remarks>
/// Linked backwards only at those that may leave from the middle, so that the others carry no second link. It may hold waiters of selects
/// that have been decided elsewhere and have not come yet to take them out: <see cref="Take"/> drops those.
/// </remarks>
internal struct ChanWaiterQueue<T>
{
    private ChanWaiter<T>? _first;
    private ChanWaiter<T>? _last;

    internal readonly ChanWaiter<T>? First => _first;

    /// <summary>Without the gate, a moment's truth.</summary>
    internal readonly bool IsEmpty => Volatile.Read(in _first) is null;

    internal void Enqueue(ChanWaiter<T> waiter)
    {
        waiter.Next = null;
        if (waiter.CanLeave)
        {
            var leaving = Unsafe.As<LeavingChanWaiter<T>>(waiter);
            leaving.Previous = _last;
            leaving.IsQueued = true;
        }
        if (_last is null)
            Volatile.Write(ref _first, waiter);
        else
            _last.Next = waiter;
        _last = waiter;
    }

    /// <summary>Takes the oldest whose wait this ends.</summary>
    /// <param name="g">Who is to be readied once the gate is left; null for a select that has not parked yet and will see it by itself.</param>
    /// <returns>Null if nobody waits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ChanWaiter<T>? Take(out G? g)
    {
        var waiter = _first;
        if (waiter is null)
        {
            g = null;
            return null;
        }
        var next = waiter.Next;
        // Those that can leave keep a link to the one before.
        if (waiter.CanLeave || next is { CanLeave: true })
            return TakeAmongLeaving(out g);
        _first = next;
        if (next is null)
            _last = null;
        waiter.Next = null;
        g = waiter.G;
        return waiter;
    }

    /// <summary>Takes out one that is in it, wherever it stands.</summary>
    /// <param name="waiter">The waiter.</param>
    /// <param name="previous">The one before it, or null if it is the first.</param>
    internal void Remove(ChanWaiter<T> waiter, ChanWaiter<T>? previous)
    {
        var next = waiter.Next;
        if (previous is null)
            Volatile.Write(ref _first, next);
        else
            previous.Next = next;
        if (next is null)
            _last = previous;
        else if (next.CanLeave)
            Unsafe.As<LeavingChanWaiter<T>>(next).Previous = previous;
        waiter.Next = null;
        if (!waiter.CanLeave)
            return;
        var left = Unsafe.As<LeavingChanWaiter<T>>(waiter);
        left.Previous = null;
        // Release: its owner, who reads this without the gate, then finds it unlinked.
        Volatile.Write(ref left.IsQueued, false);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ChanWaiter<T>? TakeAmongLeaving(out G? g)
    {
        while (_first is { } waiter)
        {
            if (!waiter.CanLeave || Unsafe.As<LeavingChanWaiter<T>>(waiter).Select is not { } select)
            {
                Remove(waiter, previous: null);
                g = waiter.G;
                return waiter;
            }
            // The claim waits out a select that is just meeting another, so that the oldest is not passed over.
            bool claimed = select.TryClaim(Unsafe.As<LeavingChanWaiter<T>>(waiter).Position, out g);
            Remove(waiter, previous: null);
            if (claimed)
                return waiter;
        }
        g = null;
        return null;
    }
}

/// <summary>
/// A waiter that may leave its queue before its turn: a case of a select of which another case happens, or a wait that a token ends.
/// </summary>
internal sealed class LeavingChanWaiter<T> : ChanWaiter<T>
{
    /// <summary>The one before it in the queue. Under the channel's gate.</summary>
    internal ChanWaiter<T>? Previous;

    /// <summary>
    /// Whether it is in a queue. Set by its owner, cleared by whoever takes it out, both under the gate. An owner who reads false without the gate
    /// knows that it is out for good.
    /// </summary>
    internal bool IsQueued;

    /// <summary>The wait of which it is one case; null for a wait on this channel alone.</summary>
    internal SelectWait? Select;

    /// <summary>Which case of the select it is.</summary>
    internal int Position;

    internal LeavingChanWaiter()
        : base(canLeave: true)
    {
    }
}
