using System.Runtime.CompilerServices;

namespace Gmp;

// What a select does with a channel. Looking and taking is what everybody does; queueing is different, as the select may be claimed through
// another channel while it stands at this one's gate.
public sealed partial class Chan<T>
{
    /// <summary>A receive would not wait: a value, a sender or the end. A moment's truth, without the gate.</summary>
    internal bool LooksReceivable => !LooksEmpty || Timer is { IsDue: true };

    /// <summary>A send would not wait: room, a receiver, or it would throw. A moment's truth, without the gate.</summary>
    internal bool LooksSendable => !LooksFull;

    /// <summary>For <see cref="IsUnchangedSince"/>: read before a look.</summary>
    internal uint Turns => Volatile.Read(ref _turns);

    /// <summary>
    /// Whether neither side has become ready since then, and none is just becoming so. A select with a default looks at its channels one
    /// after the other; if all are unchanged afterwards, there was a moment at which none was ready, as if it had held all gates.
    /// </summary>
    internal bool IsUnchangedSince(uint turns) => (turns & 1) == 0 && Volatile.Read(ref _turns) == turns;

    bool IReceivable.LooksReceivable => LooksReceivable;

    uint IReceivable.Turns => Turns;

    bool IReceivable.IsUnchangedSince(uint turns) => IsUnchangedSince(turns);

    bool IReceivable.TryReceive(M m, Delegate? body, ReadOnlySpan<SelectClause> clauses, out GoTask done)
    {
        done = default;
        if (!TryReceive(m, out var value, out bool ok))
            return false;
        // Before the body, which may select again.
        SelectAtOnce.Free(clauses);
        done = SelectBodies.Begin(body, value!, ok);
        return true;
    }

    SelectCase IReceivable.RentReceive() => SelectReceive<T>.Rent(this);

    /// <summary>In the commit of a select: carries the receive out if it is ready now and the select not claimed elsewhere, else queues it.</summary>
    internal SelectStep ReceiveOrEnqueue(LeavingChanWaiter<T> waiter)
    {
        _gate.Enter();
        if (_count == 0 && _senders.IsEmpty && !_closed)
        {
            Enqueue(ref _receivers, waiter);
            _gate.Exit();
            Timer?.ReceiverQueued();
            return SelectStep.Queued;
        }
        var step = ReceiveAsSelect(waiter, out var sender);
        _gate.Exit();
        if (step == SelectStep.Queued)
            Timer?.ReceiverQueued();
        sender?.Scheduler.Ready(sender);
        return step;
    }

    /// <summary>In the commit of a select: carries the send out if it is ready now and the select not claimed elsewhere, else queues it.</summary>
    internal SelectStep SendOrEnqueue(LeavingChanWaiter<T> waiter)
    {
        _gate.Enter();
        if (_count == _buffer.Length && _receivers.IsEmpty && !_closed)
        {
            Enqueue(ref _senders, waiter);
            _gate.Exit();
            return SelectStep.Queued;
        }
        var step = SendAsSelect(waiter, out var receiver);
        _gate.Exit();
        receiver?.Scheduler.Ready(receiver);
        return step;
    }

    /// <summary>Takes a waiter out of its queue, if nobody else has. By its owner.</summary>
    /// <returns>True if it was queued.</returns>
    internal bool Withdraw(LeavingChanWaiter<T> waiter, bool isSend)
    {
        _gate.Enter();
        bool queued = waiter.IsQueued;
        if (queued)
            Remove(waiter, isSend);
        _gate.Exit();
        return queued;
    }

    /// <summary>Waits until whoever is in the gate has left it, and sees what they did.</summary>
    internal void PassGate()
    {
        _gate.Enter();
        _gate.Exit();
    }

    /// <summary>How many wait on either side, those of selects that were decided elsewhere left out as far as they are gone. For tests.</summary>
    internal (int Receivers, int Senders) Waiters()
    {
        _gate.Enter();
        int receivers = 0, senders = 0;
        for (var waiter = _receivers.First; waiter is not null; waiter = waiter.Next)
            receivers++;
        for (var waiter = _senders.First; waiter is not null; waiter = waiter.Next)
            senders++;
        _gate.Exit();
        return (receivers, senders);
    }

    // The gate is held, here and below.
    private void Remove(LeavingChanWaiter<T> waiter, bool isSend)
    {
        if (isSend)
            _senders.Remove(waiter, waiter.Previous);
        else
            _receivers.Remove(waiter, waiter.Previous);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SelectStep ReceiveAsSelect(LeavingChanWaiter<T> waiter, out G? sender)
    {
        sender = null;
        var self = waiter.Select!;
        if (!self.TryBeginDeciding())
            return SelectStep.Claimed;
        if (_count > 0)
        {
            // Decided before the senders are looked at: one of them may be another select that is waiting for this one.
            self.Decide(waiter.Position);
            TakeFirst(out waiter.Value, out sender);
            waiter.Ok = true;
            return SelectStep.Done;
        }
        if (!TryMeet(ref _senders, self, out var met, out sender))
            return SelectStep.Claimed;
        if (met is not null)
        {
            waiter.Value = met.Value;
            waiter.Ok = met.Ok = true;
        }
        else if (!_closed)
        {
            self.EndDeciding();
            Enqueue(ref _receivers, waiter);
            return SelectStep.Queued;
        }
        self.Decide(waiter.Position);
        return SelectStep.Done;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SelectStep SendAsSelect(LeavingChanWaiter<T> waiter, out G? receiver)
    {
        receiver = null;
        var self = waiter.Select!;
        if (!self.TryBeginDeciding())
            return SelectStep.Claimed;
        if (!TryMeet(ref _receivers, self, out var met, out receiver))
            return SelectStep.Claimed;
        if (met is not null)
        {
            met.Value = waiter.Value;
            waiter.Ok = met.Ok = true;
        }
        else if (_count < _buffer.Length && !_closed)
        {
            Put(waiter.Value!);
            waiter.Ok = true;
        }
        else if (!_closed)
        {
            self.EndDeciding();
            Enqueue(ref _senders, waiter);
            return SelectStep.Queued;
        }
        self.Decide(waiter.Position);
        return SelectStep.Done;
    }

    /// <summary>Takes the oldest on the other side whose wait this ends. The same select's own cases are passed over: it cannot meet itself.</summary>
    /// <returns>False if the select itself was claimed meanwhile.</returns>
    private static bool TryMeet(ref ChanWaiterQueue<T> queue, SelectWait self, out ChanWaiter<T>? met, out G? g)
    {
        ChanWaiter<T>? previous = null;
        for (met = queue.First; met is not null;)
        {
            var meeting = SelectMeeting.Met;
            g = null;
            if (met.CanLeave && Unsafe.As<LeavingChanWaiter<T>>(met) is { Select: { } other } leaving)
            {
                if (other == self)
                {
                    previous = met;
                    met = met.Next;
                    continue;
                }
                meeting = self.Meet(other, leaving.Position, out g);
            }
            else
            {
                g = met.G;
            }
            if (meeting == SelectMeeting.SelfClaimed)
                return false;
            var next = met.Next;
            queue.Remove(met, previous);
            if (meeting == SelectMeeting.Met)
                return true;
            met = next;
        }
        g = null;
        return true;
    }
}
