namespace Gmp;

/// <summary>Sleeping goroutines by the time they wake: a heap under its own lock.</summary>
internal sealed class TimerQueue
{
    /// <summary>No timer is pending.</summary>
    internal const long Never = long.MaxValue;

    private readonly Lock _lock = new();
    private readonly PriorityQueue<G, (long When, long Order)> _heap = new();
    private long _next = Never;
    private long _order;

    /// <summary>When the first is due, in ticks; any thread.</summary>
    internal long Next => Volatile.Read(ref _next);

    /// <summary>Adds a goroutine that sleeps until its <see cref="G.SleepUntil"/>. It may be readied before this returns.</summary>
    /// <returns>True if it is the first to wake now.</returns>
    internal bool Add(G g)
    {
        long when = g.SleepUntil;
        lock (_lock)
        {
            // The order of equal times is the order of sleeping.
            _heap.Enqueue(g, (when, _order++));
            if (when >= _next)
                return false;
            Volatile.Write(ref _next, when);
            return true;
        }
    }

    /// <summary>Takes a goroutine whose time has come.</summary>
    internal G? TakeDue(long now)
    {
        if (now < Next)
            return null;
        lock (_lock)
        {
            if (!_heap.TryPeek(out _, out var first) || first.When > now)
                return null;
            var g = _heap.Dequeue();
            Volatile.Write(ref _next, _heap.TryPeek(out _, out var then) ? then.When : Never);
            return g;
        }
    }
}
