namespace Gmp;

// How long an M that found nothing keeps looking before it sleeps.
public sealed partial class Scheduler
{
    // About what waking a thread costs: looking for longer than that pays only where the next wake comes soon.
    private const long ShortestSpin = 50_000;
    private const long LongestSpin = 1_000_000;

    // A wake costs the waker more than the call: the kernel likes to put the woken thread on the waker's own core, where it looks around
    // instead of the waker running. So an M that was woken again right after it fell asleep should have gone on looking.
    private const int SoonSpins = 2;

    private long _spinTicks = Clock.FromNanoseconds(ShortestSpin);

    /// <summary>How long to look, in ticks. Adapts between 50 us and 1 ms; racy, since it is a guess anyway.</summary>
    internal long SpinTicks => Volatile.Read(ref _spinTicks);

    internal void SpinningBegan() => Interlocked.Increment(ref _spinning);

    internal void SpinningEnded() => Interlocked.Decrement(ref _spinning);

    /// <summary>An M that was asleep is woken to look for work.</summary>
    /// <param name="slept">How long it slept, in ticks.</param>
    internal void TuneSpin(long slept)
    {
        long spin = SpinTicks;
        long tuned = slept < spin * SoonSpins
            ? Math.Min(spin * 2, Clock.FromNanoseconds(LongestSpin))
            : Math.Max(spin / 2, Clock.FromNanoseconds(ShortestSpin));
        if (tuned != spin)
            Volatile.Write(ref _spinTicks, tuned);
    }
}
