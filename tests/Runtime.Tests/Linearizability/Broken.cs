namespace Gmp.Tests.Linearizability;

// Things that go wrong now and then: what the checker is for. Each is wrong by a number, so that it is wrong soon.

/// <summary>Takes a value and does not send it.</summary>
public sealed class LosesValues(int capacity) : ChanUnderTest(capacity)
{
    private int _sends;

    public override bool TrySend(int value) => Interlocked.Increment(ref _sends) % 3 == 0 || base.TrySend(value);
}

/// <summary>Sends a value twice.</summary>
public sealed class DoublesValues(int capacity) : ChanUnderTest(capacity)
{
    private int _sends;

    public override async GoTask Send(int value)
    {
        await base.Send(value);
        if (Interlocked.Increment(ref _sends) % 2 == 0 && !Chan.IsClosed)
            _ = Chan.TrySend(value);
    }
}

/// <summary>Gives the second before the first.</summary>
public sealed class SwapsValues(int capacity) : ChanUnderTest(capacity)
{
    private readonly Lock _lock = new();
    private int? _kept;

    public override async GoTask<(int Value, bool Ok)> Receive()
    {
        lock (_lock)
        {
            if (_kept is { } kept)
            {
                _kept = null;
                return (kept, true);
            }
            if (Chan.TryReceive(out int first) && Chan.TryReceive(out int second))
            {
                _kept = first;
                return (second, true);
            }
            if (first != 0)
                return (first, true);
        }
        return await base.Receive();
    }
}

/// <summary>Is said to have no buffer and has one: its sends do not wait for their receivers.</summary>
public sealed class HasSecretBuffer() : ChanUnderTest(1);

/// <summary>Sends on after it was closed, into nothing.</summary>
public sealed class ForgetsThatItIsClosed(int capacity) : ChanUnderTest(capacity)
{
    public override bool TrySend(int value)
    {
        try
        {
            return base.TrySend(value);
        }
        catch (ChanClosedException)
        {
            return true;
        }
    }
}

/// <summary>A mutex that lets one in who tries, though somebody has it.</summary>
public sealed class LetsTwoIn : LockUnderTest
{
    private readonly GoMutex _mutex = new();
    private int _tries;
    private int _extra;

    public override async GoTask Lock() => await _mutex.Lock();

    public override bool TryLock()
    {
        if (_mutex.TryLock())
            return true;
        if (Interlocked.Increment(ref _tries) % 2 == 0)
            return false;
        Interlocked.Increment(ref _extra);
        return true;
    }

    public override void Unlock()
    {
        int extra = Volatile.Read(ref _extra);
        if (extra > 0 && Interlocked.CompareExchange(ref _extra, extra - 1, extra) == extra)
            return;
        _mutex.Unlock();
    }
}

/// <summary>Lets readers in though there is a writer.</summary>
public sealed class LetsReadersIn : LockUnderTest
{
    private readonly GoMutex _mutex = new();

    public override bool HasReaders => true;

    public override async GoTask Lock() => await _mutex.Lock();

    public override bool TryLock() => _mutex.TryLock();

    public override void Unlock() => _mutex.Unlock();

    public override GoTask RLock() => default;

    public override bool TryRLock() => true;

    public override void RUnlock()
    {
    }
}

/// <summary>A thief takes one that stays in the ring.</summary>
public sealed class StealsTwice : RingUnderTest
{
    private long? _again;

    public override long[]? Steal()
    {
        var ids = base.Steal();
        if (ids is not null)
            _again = ids[0];
        return ids;
    }

    public override long? Get()
    {
        long? again = _again;
        _again = null;
        return again ?? base.Get();
    }
}

/// <summary>A thief drops one on its way.</summary>
public sealed class DropsOne : RingUnderTest
{
    public override long[]? Steal() => base.Steal() is { Length: > 1 } ids ? ids[1..] : null;
}

/// <summary>Gives the second before the first.</summary>
public sealed class GetsOutOfOrder : RingUnderTest
{
    private long? _kept;

    public override long? Get()
    {
        if (_kept is { } kept)
        {
            _kept = null;
            return kept;
        }
        _kept = base.Get();
        long? second = base.Get();
        if (second is not null)
            return second;
        (second, _kept) = (_kept, null);
        return second;
    }
}
