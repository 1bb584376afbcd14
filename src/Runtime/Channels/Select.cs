using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// Waits for the first of several sends and receives (Go: the select statement, runtime/select.go). Made once and awaited as often as needed,
/// without an allocation:
/// <code>
/// var select = new Select();
/// var job = select.Receive(jobs);
/// var result = select.Send(results);
/// while (true)
/// {
///     switch (await select.Next())
///     {
///         case 0: Start(job.Value); break;
///         case 1: result.Value = NextResult(); break;
///     }
/// }
/// </code>
/// </summary>
/// <remarks>
/// <para>Exactly one case happens. If several can at once, one is chosen at random, each as likely as the others; if none can, the default if there is
/// one; else it waits for the first. A case without a channel never happens, as a nil channel's in Go: that is how one is switched off. A
/// select in which nothing can happen waits for ever.</para>
/// <para>A receive from a closed channel happens at once, with <see cref="SelectReceive{T}.Ok"/> false; a send to one throws
/// <see cref="ChanClosedException"/>. The same channel may stand in several cases, on either side; a select does not meet itself.</para>
/// <para>Belongs to one goroutine at a time: the others use selects of their own, on the same channels if they like.</para>
/// </remarks>
public sealed class Select
{
    private readonly SelectWait _wait;
    private SelectCase[] _cases = new SelectCase[4];
    private int _count;
    private int _nextIndex;
    private int _default = None;
    private SelectTimeout? _timeout;
    private SelectTimer? _timer;
    private SelectCase? _taken;
    private int _chosen = None;
    private uint _random;

    private const int None = -1;

    /// <summary>Makes one without cases.</summary>
    public Select()
    {
        _wait = new SelectWait(this);
        // Any seed but 0 will do; two selects should differ.
        _random = (uint)Random.Shared.Next() | 1;
    }

    internal ReadOnlySpan<SelectCase> Cases
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_cases, 0, _count);
    }

    /// <summary>Whether it waits for something that may happen one day, for dumps.</summary>
    internal bool HasCases => _count != 0 || _timeout is { IsOff: false };

    internal SelectWait Wait => _wait;

    /// <summary>Whether a case has happened without a wait, and only the await has not ended yet.</summary>
    internal bool IsChosen => _chosen != None;

    /// <summary>Adds a case that receives. Its number is the count of what was added before it.</summary>
    /// <param name="chan">Where from; null for a case that is switched off for now.</param>
    /// <typeparam name="T">The channel's values.</typeparam>
    /// <exception cref="InvalidOperationException">A goroutine waits with this select.</exception>
    public SelectReceive<T> Receive<T>(Chan<T>? chan) => Add(new SelectReceive<T> { Chan = chan });

    /// <summary>Adds a case that sends. Its number is the count of what was added before it.</summary>
    /// <param name="chan">Where to; null for a case that is switched off for now.</param>
    /// <param name="value">What is sent first; it may be replaced before each wait.</param>
    /// <typeparam name="T">The channel's values.</typeparam>
    /// <exception cref="InvalidOperationException">A goroutine waits with this select.</exception>
    public SelectSend<T> Send<T>(Chan<T>? chan, T value = default!) => Add(new SelectSend<T> { Chan = chan, Value = value });

    /// <summary>Adds the case that happens when no other can: with it, the select never waits.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="InvalidOperationException">It has one already, or a goroutine waits with this select.</exception>
    public int Default()
    {
        CheckFree();
        if (_default != None)
            throw new InvalidOperationException("A select has one default.");
        return _default = _nextIndex++;
    }

    /// <summary>Adds the case that happens if no other has for a time, counted anew in each wait.</summary>
    /// <param name="duration">How long; zero and less: as a default. <see cref="Timeout.InfiniteTimeSpan"/> switches it off.</param>
    /// <exception cref="InvalidOperationException">It has one already, or a goroutine waits with this select.</exception>
    public SelectTimeout Timeout(TimeSpan duration)
    {
        CheckFree();
        if (_timeout is not null)
            throw new InvalidOperationException("A select has one timeout. Set its duration.");
        return _timeout = new SelectTimeout(_nextIndex++, duration);
    }

    /// <summary>Waits for the first case that can happen, and carries it out.</summary>
    /// <returns>Await it for the case's number, see <see cref="SelectCase.Index"/>.</returns>
    /// <exception cref="ChanClosedException">The case is a send and its channel is closed. Thrown by the await.</exception>
    /// <exception cref="InvalidOperationException">Another goroutine waits with this select. Thrown by the await.</exception>
    public SelectNext Next() => new(this);

    /// <summary>Waits as <see cref="Next()"/>, until a token ends the wait. Nothing has happened then.</summary>
    /// <param name="cancellationToken">Ends the wait. A wait that a token may end costs an allocation if it has to wait.</param>
    /// <exception cref="OperationCanceledException">The token was canceled before a case happened. Thrown by the await.</exception>
    /// <inheritdoc cref="Next()" path="/exception"/>
    public SelectCancelableNext Next(CancellationToken cancellationToken) => new(this, cancellationToken);

    private TCase Add<TCase>(TCase one)
        where TCase : SelectCase
    {
        CheckFree();
        Add(one, _nextIndex++);
        return one;
    }

    internal void Add(SelectCase one, int index)
    {
        if (_count == SelectWait.MostCases)
            throw new InvalidOperationException($"A select has at most {SelectWait.MostCases} cases.");
        if (_count == _cases.Length)
            Array.Resize(ref _cases, 2 * _count);
        one.Bind(_wait, _count, index);
        _cases[_count++] = one;
    }

    internal void SetDefault(int index) => _default = index;

    /// <summary>Parts with all cases but the timeout, which are pooled ones.</summary>
    internal void Clear()
    {
        foreach (var one in Cases)
            one.Free();
        _cases.AsSpan(0, _count).Clear();
        _count = 0;
        _default = None;
        _chosen = None;
        _taken = null;
    }

    /// <summary>Carries out a case that can happen now, or the default.</summary>
    /// <returns>False if it must wait.</returns>
    internal bool TryNow(M? m)
    {
        if (_wait.IsBusy)
            ThrowBusy();
        bool hasDefault = _default != None;
        while (true)
        {
            SelectCase? chosen = null;
            uint ready = 0;
            foreach (var one in Cases)
            {
                // Each replaces its predecessors with such a chance that all are equally likely in the end.
                if (one.LooksReady(hasDefault) && (++ready == 1 || RandomBelow(ready) == 0))
                    chosen = one;
            }
            if (chosen is null)
            {
                _chosen = None;
                if (!hasDefault)
                {
                    if (_timeout is not { } timeout || timeout.Duration > TimeSpan.Zero || timeout.IsOff)
                        return false;
                    _chosen = timeout.Index;
                    _taken = null;
                    return true;
                }
                if (!IsUnchanged())
                    continue;
                _chosen = _default;
                _taken = null;
                return true;
            }
            // If somebody was faster, it looks again.
            if (chosen.TryTake(m))
            {
                _chosen = chosen.Index;
                if (_taken != chosen)
                    _taken = chosen;
                return true;
            }
        }
    }

    /// <summary>In the commit of the wait, when the cases are queued: the time begins.</summary>
    internal void StartTimer(Scheduler scheduler)
    {
        if (_timeout is not { IsOff: false } timeout)
            return;
        if (_timer is null || _timer.Scheduler != scheduler)
            _timer = new SelectTimer(scheduler, _wait);
        _timer.Start(timeout.Duration);
    }

    /// <summary>Ends the await.</summary>
    /// <param name="one">The case that happened; null for the default, the timeout and cancellation.</param>
    /// <param name="canceled">A token ended the wait.</param>
    /// <returns>The number of what happened.</returns>
    internal int Collect(out SelectCase? one, out bool canceled)
    {
        canceled = false;
        if (_chosen != None)
        {
            one = _taken;
            return _chosen;
        }
        int position = _wait.Collect();
        if (_timer is not null && position != SelectWait.TimedOut)
            _timer.Stop();
        if (position < _count)
        {
            one = _cases[position];
            return one.HasFailed ? throw new ChanClosedException() : one.Index;
        }
        one = null;
        canceled = position == SelectWait.Canceled;
        return canceled ? None : _timeout!.Index;
    }

    // One look at one channel is a moment by itself.
    private bool IsUnchanged()
    {
        if (_count == 1)
            return true;
        foreach (var one in Cases)
        {
            if (!one.IsUnchanged)
                return false;
        }
        return true;
    }

    private uint RandomBelow(uint n)
    {
        uint x = _random;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        _random = x;
        return (uint)(((ulong)x * n) >> 32);
    }

    private void CheckFree()
    {
        if (_wait.IsBusy)
            ThrowBusy();
    }

    private static void ThrowBusy() =>
        throw new InvalidOperationException("A goroutine waits with this select already. Each goroutine uses a select of its own.");
}
