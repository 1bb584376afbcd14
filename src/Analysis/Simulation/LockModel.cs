namespace Gmp.Analysis.Simulation;

/// <summary>A lock in a replay: who comes while it is held waits for his turn, and pays for its way from the other core.</summary>
internal sealed class LockModel(SchedulerCosts costs)
{
    private long _freeAt;
    private int _lastHolder = -1;

    public long Taken { get; private set; }
    public long Contended { get; private set; }
    public long WaitNs { get; private set; }

    /// <summary>Takes the lock and gives it back.</summary>
    /// <param name="time">When it is asked for.</param>
    /// <param name="by">The P or thread, or -1 for one outside.</param>
    /// <returns>When it is given back.</returns>
    public long Pass(long time, int by)
    {
        long from = Math.Max(time, _freeAt);
        Taken++;
        if (from > time)
        {
            Contended++;
            WaitNs += from - time;
        }
        _freeAt = from + costs.LockHold + (by == _lastHolder ? 0 : costs.LockTransfer);
        _lastHolder = by;
        return _freeAt;
    }
}
