using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A goroutine in a channel's queue, with the value that it brings or gets (Go: sudog). It belongs to the channel while it is queued and to the
/// goroutine otherwise, which keeps it for its next wait: a goroutine waits in one place at a time.
/// </summary>
internal class ChanWaiter<T> : Parker
{
    /// <summary>The next in the queue.</summary>
    internal ChanWaiter<T>? Next;

    internal G? G;

    internal T? Value;

    /// <summary>False if the channel was closed.</summary>
    internal bool Ok;

    /// <summary>Whether it is a <see cref="LeavingChanWaiter{T}"/>. A field, since each turn of a queue asks.</summary>
    internal readonly bool CanLeave;

    private Chan<T>? _chan;
    private bool _isSend;
    private bool _isInUse;

    protected ChanWaiter(bool canLeave) => CanLeave = canLeave;

    private ChanWaiter()
    {
    }

    internal override WaitReason Reason => _isSend ? WaitReason.ChanSend : WaitReason.ChanReceive;

    internal override long ObjectId => _chan!.Id;

    internal override long ObjectSeen => _isInUse && Volatile.Read(ref _chan) is { } chan ? chan.Id : 0;

    /// <summary>The goroutine's own if it is free and of this kind, else a new one.</summary>
    /// <param name="g">The calling goroutine; null if the caller is none, and will hear so when it awaits.</param>
    /// <param name="chan">Where it will wait.</param>
    /// <param name="isSend">On which side.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ChanWaiter<T> Rent(G? g, Chan<T> chan, bool isSend)
    {
        // In use: of a call that was made and never awaited.
        // The exact type: its descendants are never kept here, and this is the cheaper question.
        var waiter = g?.More is { } kept && kept.GetType() == typeof(ChanWaiter<T>) ? Unsafe.As<ChanWaiter<T>>(kept) : KeptInRare(g);
        if (waiter is null || waiter._isInUse)
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
    private static ChanWaiter<T>? KeptInRare(G? g) =>
        g?.More is GRare { Waiter: { } kept } && kept.GetType() == typeof(ChanWaiter<T>) ? Unsafe.As<ChanWaiter<T>>(kept) : null;

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
