namespace Gmp;

// An M whose goroutines wait for threads outside, and which has nothing else to run: what they wait for often comes sooner than a thread is put to sleep and
// woken again. It looks for a moment, and leaves its core to whoever is to complete it.
internal sealed partial class M
{
    /// <summary>How long it looks before it sleeps where it does not look for other Ps' work anyway, ns: less than the wake that it saves.</summary>
    private const long LongestWaitForOutside = 20_000;

    /// <summary>How long between two looks at other Ps while somebody outside may ready a goroutine, ns: as long as a pause of SpinPause.</summary>
    private const long PauseForOutside = 10_000;

    /// <summary>After so many looks in vain, and more, it looks only every 2 to this power times.</summary>
    private const int MostMisses = 7;

    private int _missesOutside;
    private int _passesOutside;

    /// <summary>Looks whether a thread outside readies a goroutine at once. After looks in vain seldom, so that waits that last cost nothing.</summary>
    /// <returns>True if something is queued.</returns>
    private bool AwaitOutside()
    {
        // With several Ps Steal has just looked for longer than this.
        if (Scheduler.Set.Ps.Length != 1 || !Scheduler.HasForeignWaits)
            return false;
        if (_passesOutside > 0)
        {
            _passesOutside--;
            return false;
        }
        if (YieldUntilQueued(LongestWaitForOutside))
        {
            _missesOutside = 0;
            return true;
        }
        _missesOutside = Math.Min(_missesOutside + 1, MostMisses);
        _passesOutside = (1 << _missesOutside) - 1;
        return false;
    }

    /// <summary>The pause between two looks at the other Ps.</summary>
    private void PauseBeforeLook()
    {
        if (Scheduler.HasForeignWaits)
            YieldUntilQueued(PauseForOutside);
        else
            Thread.SpinWait(SpinPause);
    }

    // Yields instead of spinning: on a busy machine the thread that is waited for may need this very core.
    private bool YieldUntilQueued(long nanoseconds)
    {
        long end = Clock.Now + Clock.FromNanoseconds(nanoseconds);
        do
        {
            if (Scheduler.Global.Count != 0 || Scheduler.NeedsAttention)
                return true;
            Thread.Yield();
        }
        while (Clock.Now < end);
        return false;
    }
}
