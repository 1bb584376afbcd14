using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A goroutine in the queue of a lock or the like (Go: sudog). Without a token it is the goroutine's own and used again: a goroutine waits in
/// one place at a time. With one it serves a single wait.
/// </summary>
internal sealed class SyncWaiter : CancelableParker
{
    private ISyncObject? _on;
    private WaitReason _reason;
    private CancellationToken _token;
    private bool _isWatching;

    /// <summary>Its neighbours in the queue. Under the gate.</summary>
    internal SyncWaiter? Next, Previous;

    /// <summary>Under the gate.</summary>
    internal bool IsQueued;

    /// <summary>It has what it waited for. Set under the gate by who grants it, or by the goroutine itself.</summary>
    internal bool IsGranted;

    /// <summary>It was readied to try again, not granted. Set under the gate; the goroutine clears it.</summary>
    internal bool IsAwoken;

    /// <summary>When its goroutine began to wait, in ticks; 0 before it did. Only a mutex asks.</summary>
    internal long Since;

    /// <summary>How much it asks for, of a semaphore.</summary>
    internal long Weight;

    internal override WaitReason Reason => _reason;

    internal override long ObjectId => _on!.Id;

    /// <summary>What it waits on. In a wait of several steps this tells which one it is at.</summary>
    internal ISyncObject? On => _on;

    /// <summary>What may end it. If that can be canceled, it serves one wait only.</summary>
    internal CancellationToken Token => _token;

    /// <summary>Makes it ready for a wait. By the goroutine, while it is in no queue.</summary>
    internal void Prepare(ISyncObject on, WaitReason reason, CancellationToken token)
    {
        _on = on;
        _reason = reason;
        _token = token;
        IsGranted = false;
        IsAwoken = false;
        Since = 0;
    }

    internal override bool Commit(G g)
    {
        G = g;
        // Here and not earlier: from here on the wait comes to its end, and with it to EndWatch. Before the gate: a callback that comes at once
        // finds it not queued yet, and TryPark finds it canceled.
        if (_token.CanBeCanceled && !_isWatching)
        {
            _isWatching = true;
            Watch(g.Scheduler, _token);
        }
        return _on!.TryPark(this);
    }

    protected override bool TryWithdraw() => _on!.TryWithdraw(this);
}

/// <summary>Those who wait, oldest first. Under the gate of what they wait on. A mutable struct: never copy it.</summary>
internal struct SyncWaiterQueue
{
    private SyncWaiter? _first;
    private SyncWaiter? _last;

    internal readonly bool IsEmpty => _first is null;

    internal readonly SyncWaiter? First => _first;

    internal void Enqueue(SyncWaiter waiter)
    {
        waiter.IsQueued = true;
        waiter.Next = null;
        waiter.Previous = _last;
        if (_last is null)
            _first = waiter;
        else
            _last.Next = waiter;
        _last = waiter;
    }

    /// <summary>Notes that a token ended the wait, and takes the waiter out if it is still queued.</summary>
    /// <returns>Whether it was.</returns>
    internal bool TryWithdraw(SyncWaiter waiter)
    {
        waiter.IsCanceled = true;
        bool queued = waiter.IsQueued;
        if (queued)
            Remove(waiter);
        return queued;
    }

    /// <summary>For one that has waited before and was unlucky.</summary>
    internal void EnqueueFirst(SyncWaiter waiter)
    {
        waiter.IsQueued = true;
        waiter.Previous = null;
        waiter.Next = _first;
        if (_first is null)
            _last = waiter;
        else
            _first.Previous = waiter;
        _first = waiter;
    }

    internal SyncWaiter? Dequeue()
    {
        var waiter = _first;
        if (waiter is not null)
            Remove(waiter);
        return waiter;
    }

    internal void Remove(SyncWaiter waiter)
    {
        if (waiter.Previous is null)
            _first = waiter.Next;
        else
            waiter.Previous.Next = waiter.Next;
        if (waiter.Next is null)
            _last = waiter.Previous;
        else
            waiter.Next.Previous = waiter.Previous;
        waiter.Next = waiter.Previous = null;
        waiter.IsQueued = false;
    }

    /// <summary>Takes all of them and grants them what they wait for. The caller readies them outside the gate: that may wake threads.</summary>
    /// <returns>The first; the others follow in <see cref="SyncWaiter.Next"/>. Nobody else touches them until they are readied.</returns>
    internal SyncWaiter? GrantAll(out int count)
    {
        var first = _first;
        count = 0;
        for (var waiter = first; waiter is not null; waiter = waiter.Next)
        {
            waiter.IsQueued = false;
            waiter.IsGranted = true;
            count++;
        }
        _first = _last = null;
        return first;
    }

    /// <summary>Readies what <see cref="GrantAll"/> gave.</summary>
    internal static void Ready(SyncWaiter? waiter)
    {
        while (waiter is not null)
        {
            // Read first: the goroutine may wait again, with this very object, as soon as it is ready.
            var next = waiter.Next;
            waiter.Next = waiter.Previous = null;
            waiter.G!.Scheduler.Ready(waiter.G);
            waiter = next;
        }
    }
}
