using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A channel, with Go's semantics (runtime/chan.go): unbuffered, a send and a receive meet; buffered, up to <c>capacity</c> values wait.
/// First come, first served on both sides.
/// </summary>
/// <remarks>
/// Thread-safe. <see cref="Send(T)"/> and <see cref="Receive()"/> are for goroutines; <see cref="TrySend(T)"/>, <see cref="TryReceive(out T)"/> and
/// <see cref="Close"/> for any thread. A receive on a closed channel gives what is still in it and then the default value at once; a send
/// on one throws <see cref="ChanClosedException"/>.
/// </remarks>
/// <typeparam name="T">The values.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "Go's name.")]
public sealed partial class Chan<T> : IReceivable
{
    private readonly T?[] _buffer;
    private SpinGate _gate;
    private ChanWaiterQueue<T> _receivers;
    private ChanWaiterQueue<T> _senders;
    private int _first;
    private int _count;
    private bool _closed;
    private uint _turns;
    private long _id;

    /// <summary>Makes a channel.</summary>
    /// <param name="capacity">How many values it holds beyond those being handed over; 0 for unbuffered.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is negative.</exception>
    public Chan(int capacity = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _buffer = capacity == 0 ? [] : new T?[capacity];
    }

    /// <summary>How many values it can hold (Go: cap).</summary>
    public int Capacity => _buffer.Length;

    /// <summary>How many values it holds now (Go: len); a moment's truth.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether it was closed; a moment's truth.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>The id that traces know it by; given when first asked for.</summary>
    internal long Id => ObjectIds.Of(ref _id);

    /// <summary>Of a timer's channel: what it receives from. Null for all others, which pay for it only where they would wait.</summary>
    internal IChanTimer<T>? Timer { get; init; }

    /// <summary>Whether anyone waits to receive; without the gate, a moment's truth.</summary>
    internal bool HasReceivers => !_receivers.IsEmpty;

    // Nothing to take: true for sure only under the gate, but enough to go and queue, where it is asked again.
    private bool LooksEmpty => Volatile.Read(ref _count) == 0 && _senders.IsEmpty && !Volatile.Read(ref _closed);

    private bool LooksFull => Volatile.Read(ref _count) == _buffer.Length && _receivers.IsEmpty && !Volatile.Read(ref _closed);

    /// <summary>Waits until the value is received, or there is room for it.</summary>
    /// <exception cref="ChanClosedException">The channel is closed, or is closed while this waits. Thrown by the await.</exception>
    public ChanSend<T> Send(T value) => new(this, value);

    /// <summary>Waits for a value; the default value at once if the channel is closed and empty (Go: <c>v := &lt;-ch</c>).</summary>
    public ChanReceive<T> Receive() => new(this);

    /// <summary>Waits for a value, and tells a closed channel's default value from one that was sent (Go: <c>v, ok := &lt;-ch</c>).</summary>
    public ChanReceiveOk<T> ReceiveOk() => new(this);

    /// <summary>For <c>await foreach</c>: every value until the channel is closed and empty (Go: <c>for v := range ch</c>).</summary>
    public ChanEnumerator<T> GetAsyncEnumerator() => new(this);

    /// <summary>Sends if that needs no wait.</summary>
    /// <returns>False if it would have waited.</returns>
    /// <exception cref="ChanClosedException">The channel is closed.</exception>
    public bool TrySend(T value) => TrySend(value, M.Current);

    /// <param name="value">The value.</param>
    /// <param name="m">The caller's M; null if it is none. Looking it up costs, so it is done once for an operation.</param>
    internal bool TrySend(T value, M? m)
    {
        if (LooksFull)
            return false;
        _gate.Enter();
        if (!SendNow(value, out var receiver))
        {
            bool closed = _closed;
            _gate.Exit();
            return closed ? throw new ChanClosedException() : false;
        }
        _gate.Exit();
        receiver?.Scheduler.Ready(receiver, m);
        return true;
    }

    /// <summary>Receives if that needs no wait and the channel is not closed and empty.</summary>
    public bool TryReceive([MaybeNullWhen(false)] out T value) => TryReceive(out value, out bool ok) && ok;

    /// <summary>Receives if that needs no wait.</summary>
    /// <param name="value">The value; the default value of a closed, empty channel.</param>
    /// <param name="ok">False if the channel is closed and empty.</param>
    /// <returns>False if it would have waited.</returns>
    public bool TryReceive([MaybeNull] out T value, out bool ok) => TryReceive(M.Current, out value, out ok);

    internal bool TryReceive(M? m, [MaybeNull] out T value, out bool ok)
    {
        if (LooksEmpty)
        {
            value = default;
            ok = Timer is not null && Timer.TryTake(m, out value);
            return ok;
        }
        _gate.Enter();
        bool done = ReceiveNow(out value, out ok, out var sender);
        _gate.Exit();
        sender?.Scheduler.Ready(sender, m);
        return done;
    }

    /// <summary>Closes it: receivers get what is left and then default values, those that wait now at once; senders that wait throw.</summary>
    /// <exception cref="ChanClosedException">It was closed before.</exception>
    public void Close()
    {
        _gate.Enter();
        if (_closed)
        {
            _gate.Exit();
            throw new ChanClosedException("close of closed channel");
        }
        uint turns = _turns;
        Volatile.Write(ref _turns, turns + 1);
        Volatile.Write(ref _closed, true);
        Volatile.Write(ref _turns, turns + 2);
        // Chained by their own links: from the moment that the gate is left, a waiter may be another wait's. None is in another queue, as it waits here.
        var woken = new GList();
        while (_receivers.Take(out var receiver) is not null)
            woken.Append(receiver);
        while (_senders.Take(out var sender) is not null)
            woken.Append(sender);
        _gate.Exit();
        // Their Ok is still false. Outside the gate, as readying may wake threads.
        while (woken.TryTake(out var g))
            g.Scheduler.Ready(g);
    }

    /// <summary>Completes the send or queues it, in one hold of the gate.</summary>
    /// <returns>True if it is complete.</returns>
    internal bool SendOrEnqueue(ChanWaiter<T> waiter)
    {
        _gate.Enter();
        if (SendNow(waiter.Value!, out var receiver))
        {
            _gate.Exit();
            waiter.Ok = true;
            receiver?.Scheduler.Ready(receiver);
            return true;
        }
        if (_closed)
        {
            _gate.Exit();
            return true;
        }
        Enqueue(ref _senders, waiter);
        _gate.Exit();
        return false;
    }

    /// <summary>Completes the receive or queues it, in one hold of the gate.</summary>
    /// <returns>True if it is complete.</returns>
    internal bool ReceiveOrEnqueue(ChanWaiter<T> waiter)
    {
        _gate.Enter();
        if (ReceiveNow(out waiter.Value, out waiter.Ok, out var sender))
        {
            _gate.Exit();
            sender?.Scheduler.Ready(sender);
            return true;
        }
        Enqueue(ref _receivers, waiter);
        _gate.Exit();
        Timer?.ReceiverQueued();
        return false;
    }

    /// <summary>Hands a timer's value to the oldest receiver, if one waits and the channel is not closed.</summary>
    /// <param name="value">The value.</param>
    /// <param name="receiver">Whom the caller must ready.</param>
    internal bool Offer(T value, out G? receiver)
    {
        receiver = null;
        if (_receivers.IsEmpty)
            return false;
        _gate.Enter();
        bool isHanded = SendNow(value, out receiver);
        _gate.Exit();
        return isHanded;
    }

    // The gate is held. The goroutine to be readied once it is left, if any.
    private bool SendNow(T value, out G? receiver)
    {
        receiver = null;
        if (_closed)
            return false;
        // A receiver waits only while the buffer is empty, so handing over directly keeps the order.
        if (_receivers.Take(out receiver) is { } waiter)
        {
            waiter.Value = value;
            waiter.Ok = true;
            return true;
        }
        if (_count == _buffer.Length)
            return false;
        Put(value);
        return true;
    }

    // The gate is held. The goroutine to be readied once it is left, if any.
    private bool ReceiveNow([MaybeNull] out T value, out bool ok, out G? sender)
    {
        if (_count > 0)
        {
            TakeFirst(out value, out sender);
            ok = true;
            return true;
        }
        if (_senders.Take(out sender) is { } waiter)
        {
            value = waiter.Value;
            waiter.Ok = true;
            ok = true;
            return true;
        }
        value = default;
        ok = false;
        return _closed;
    }

    // The gate is held and there is room.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(T value)
    {
        int at = _first + _count;
        _buffer[at < _buffer.Length ? at : at - _buffer.Length] = value;
        SetCount(_count + 1, isTurn: _count == 0);
    }

    // The gate is held and there is a value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TakeFirst([MaybeNull] out T value, out G? sender)
    {
        value = _buffer[_first];
        _buffer[_first] = default;
        if (_senders.Take(out sender) is { } waiter)
        {
            // The buffer was full: the oldest sender's value takes the place that became free, behind all others.
            _buffer[_first] = waiter.Value;
            waiter.Ok = true;
        }
        else
        {
            SetCount(_count - 1, isTurn: _count == _buffer.Length);
        }
        if (++_first == _buffer.Length)
            _first = 0;
    }

    // What makes a side ready that was not is a turn: _turns is odd while it is under way. The gate is held; who reads has not got it (see
    // IsUnchangedSince). What stands between is written with release semantics, so it is not seen before the first of the two writes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetCount(int count, bool isTurn)
    {
        if (!isTurn)
        {
            Volatile.Write(ref _count, count);
            return;
        }
        uint turns = _turns;
        Volatile.Write(ref _turns, turns + 1);
        Volatile.Write(ref _count, count);
        Volatile.Write(ref _turns, turns + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Enqueue(ref ChanWaiterQueue<T> queue, ChanWaiter<T> waiter)
    {
        uint turns = _turns;
        Volatile.Write(ref _turns, turns + 1);
        queue.Enqueue(waiter);
        Volatile.Write(ref _turns, turns + 2);
    }
}
