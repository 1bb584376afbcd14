namespace Gmp;

/// <summary>One case of a <see cref="Select"/>. It is changed only between two waits, by the goroutine that waits.</summary>
public abstract class SelectCase
{
    private protected SelectCase()
    {
    }

    /// <summary>Its number in the select: what <c>await select.Next()</c> gives when it has happened.</summary>
    public int Index { get; private protected set; }

    /// <summary>A send that was told that its channel is closed.</summary>
    internal abstract bool HasFailed { get; }

    /// <summary>Whether it could happen now; a moment's truth.</summary>
    /// <param name="note">Whether <see cref="IsUnchanged"/> will be asked.</param>
    internal abstract bool LooksReady(bool note);

    /// <summary>Whether nothing has become ready since <see cref="LooksReady"/> said no.</summary>
    internal abstract bool IsUnchanged { get; }

    /// <summary>Carries it out if it can happen now. Outside every queue.</summary>
    internal abstract bool TryTake(M? m);

    /// <summary>In the commit of the wait: carries it out if it can happen after all, else queues it.</summary>
    internal abstract SelectStep Enqueue();

    /// <summary>Takes it out of its queue if it is still there.</summary>
    internal abstract void Withdraw();

    /// <summary>Waits for whoever claimed it to have handed over the value.</summary>
    internal abstract void PassGate();

    internal abstract void Bind(SelectWait wait, int position, int index);

    // ---- For the short form, whose cases are pooled ------------------------------------------------------------------------------------------

    /// <summary>Free cases of a kind that a thread keeps.</summary>
    private protected const int MostPerThread = 256;

    /// <summary>Grows each time the case is given back, so that a clause that is used twice is told.</summary>
    internal int Version;

    /// <summary>While pooled: how many are on the free list from here on.</summary>
    private protected int FreeDepth;

    /// <summary>The case has happened: gives everything back and begins the body.</summary>
    internal abstract GoTask Run(Delegate? body, SelectClauses clauses);

    /// <summary>Gives the case back.</summary>
    internal abstract void Free();
}

/// <summary>A case that receives.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public sealed class SelectReceive<T> : SelectCase
{
    [ThreadStatic] private static SelectReceive<T>? t_free;

    private readonly LeavingChanWaiter<T> _waiter = new();
    private Chan<T>? _chan;
    private uint _turns;
    private SelectReceive<T>? _nextFree;

    internal SelectReceive()
    {
    }

    /// <summary>Where it receives from. Null switches the case off: it never happens.</summary>
    /// <exception cref="InvalidOperationException">Set while a goroutine waits for it.</exception>
    public Chan<T>? Chan
    {
        get => _chan;
        set
        {
            SelectCases.CheckFree(_waiter.IsQueued);
            _chan = value;
        }
    }

    /// <summary>What was received when this case happened last; the default value if the channel was closed and empty.</summary>
    public T Value => _waiter.Value!;

    /// <summary>Whether <see cref="Value"/> was sent; false if the channel was closed and empty.</summary>
    public bool Ok => _waiter.Ok;

    internal override bool HasFailed => false;

    internal override bool IsUnchanged => _chan is null || _chan.IsUnchangedSince(_turns);

    internal override bool LooksReady(bool note)
    {
        if (_chan is not { } chan)
            return false;
        if (note)
            _turns = chan.Turns;
        return chan.LooksReceivable;
    }

    internal override bool TryTake(M? m) => _chan!.TryReceive(m, out _waiter.Value, out _waiter.Ok);

    internal override SelectStep Enqueue()
    {
        if (_chan is not { } chan)
            return SelectStep.Queued;
        // What Close leaves as it is.
        _waiter.Value = default;
        _waiter.Ok = false;
        return chan.ReceiveOrEnqueue(_waiter);
    }

    internal override void Withdraw()
    {
        if (Volatile.Read(ref _waiter.IsQueued))
            _chan!.Withdraw(_waiter, isSend: false);
    }

    internal override void PassGate() => _chan!.PassGate();

    internal override void Bind(SelectWait wait, int position, int index)
    {
        Index = index;
        if (_waiter.Select != wait)
            _waiter.Select = wait;
        _waiter.Position = position;
    }

    internal static SelectReceive<T> Rent(Chan<T>? chan)
    {
        var one = t_free;
        if (one is null)
            one = new SelectReceive<T>();
        else
            t_free = one._nextFree;
        one._chan = chan;
        return one;
    }

    internal override GoTask Run(Delegate? body, SelectClauses clauses)
    {
        T value = Value;
        bool ok = Ok;
        // Before the body, which may select again.
        clauses.Release();
        return SelectBodies.Begin(body, value, ok);
    }

    internal override void Free()
    {
        Version++;
        _chan = null;
        _waiter.Value = default;
        int depth = t_free is null ? 1 : t_free.FreeDepth + 1;
        if (depth > MostPerThread)
            return;
        FreeDepth = depth;
        _nextFree = t_free;
        t_free = this;
    }
}

/// <summary>A case that sends.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public sealed class SelectSend<T> : SelectCase
{
    [ThreadStatic] private static SelectSend<T>? t_free;

    private readonly LeavingChanWaiter<T> _waiter = new();
    private Chan<T>? _chan;
    private uint _turns;
    private SelectSend<T>? _nextFree;

    internal SelectSend()
    {
    }

    /// <summary>Where it sends to. Null switches the case off: it never happens.</summary>
    /// <exception cref="InvalidOperationException">Set while a goroutine waits for it.</exception>
    public Chan<T>? Chan
    {
        get => _chan;
        set
        {
            SelectCases.CheckFree(_waiter.IsQueued);
            _chan = value;
        }
    }

    /// <summary>What it sends. It stays when it was sent: set it anew before the next wait.</summary>
    /// <exception cref="InvalidOperationException">Set while a goroutine waits for it.</exception>
    public T Value
    {
        get => _waiter.Value!;
        set
        {
            SelectCases.CheckFree(_waiter.IsQueued);
            _waiter.Value = value;
        }
    }

    internal override bool HasFailed => !_waiter.Ok;

    internal override bool IsUnchanged => _chan is null || _chan.IsUnchangedSince(_turns);

    internal override bool LooksReady(bool note)
    {
        if (_chan is not { } chan)
            return false;
        if (note)
            _turns = chan.Turns;
        return chan.LooksSendable;
    }

    internal override bool TryTake(M? m) => _chan!.TrySend(_waiter.Value!, m);

    internal override SelectStep Enqueue()
    {
        if (_chan is not { } chan)
            return SelectStep.Queued;
        // What Close leaves as it is.
        _waiter.Ok = false;
        return chan.SendOrEnqueue(_waiter);
    }

    internal override void Withdraw()
    {
        if (Volatile.Read(ref _waiter.IsQueued))
            _chan!.Withdraw(_waiter, isSend: true);
    }

    internal override void PassGate() => _chan!.PassGate();

    internal override void Bind(SelectWait wait, int position, int index)
    {
        Index = index;
        if (_waiter.Select != wait)
            _waiter.Select = wait;
        _waiter.Position = position;
    }

    internal static SelectSend<T> Rent(Chan<T>? chan, T value)
    {
        var one = t_free;
        if (one is null)
            one = new SelectSend<T>();
        else
            t_free = one._nextFree;
        one._chan = chan;
        one._waiter.Value = value;
        return one;
    }

    internal override GoTask Run(Delegate? body, SelectClauses clauses)
    {
        // Before the body, which may select again.
        clauses.Release();
        return SelectBodies.Begin(body);
    }

    internal override void Free()
    {
        Version++;
        _chan = null;
        _waiter.Value = default;
        int depth = t_free is null ? 1 : t_free.FreeDepth + 1;
        if (depth > MostPerThread)
            return;
        FreeDepth = depth;
        _nextFree = t_free;
        t_free = this;
    }
}

internal static class SelectCases
{
    internal static void CheckFree(bool isQueued)
    {
        if (isQueued)
            throw new InvalidOperationException("A goroutine waits for this case. Change it between two waits.");
    }
}
