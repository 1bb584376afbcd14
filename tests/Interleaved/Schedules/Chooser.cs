namespace Gmp.Interleaving;

/// <summary>
/// Chooses who goes on, from a seed alone. Three ways take turns: at random at each step; at random but seldom; and by random priorities that
/// change at a few random steps, which finds a fault that needs d switches at given places with a probability of 1/(n k^(d-1)) (Burckhardt
/// et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010).
/// </summary>
internal sealed class Chooser
{
    private const int MostChanges = 4;

    // xoshiro is the framework's own affair; a replay must not hang on its version.
    private ulong _state;
    private readonly int _switchOneIn;
    private readonly bool _byPriority;
    private readonly int _drainOneIn;
    private readonly int[] _changes = [];
    private int _lowest;

    /// <summary>A chooser.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="expectedSteps">About how many steps a schedule of this scenario has.</param>
    internal Chooser(long seed, int expectedSteps)
    {
        _state = (ulong)seed * 0x9E3779B97F4A7C15 ^ 0xD1B54A32D192ED03;
        switch (Next(4))
        {
            case 0:
                _switchOneIn = 1;
                break;
            case 1:
                _switchOneIn = 2 + Next(30);
                break;
            default:
                _byPriority = true;
                _changes = new int[Next(MostChanges + 1)];
                for (int i = 0; i < _changes.Length; i++)
                    _changes[i] = Next(Math.Max(1, expectedSteps));
                break;
        }
        _drainOneIn = Next(4) switch { 0 => 1, 1 => 4, 2 => 32, _ => int.MaxValue };
    }

    internal int Next(int bound)
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)bound);
    }

    internal bool Drains() => _drainOneIn != int.MaxValue && Next(_drainOneIn) == 0;

    /// <summary>Whether somebody who sleeps for a time wakes now, though others could go on.</summary>
    internal bool EndsASleep() => Next(64) == 0;

    internal void Begin(Strand strand) => strand.Priority = _byPriority ? 1 + Next(1_000_000) : 0;

    /// <summary>It waits for others without blocking, so it goes behind all.</summary>
    internal void Yields(Strand strand) => strand.Priority = --_lowest;

    /// <summary>Who goes on.</summary>
    /// <param name="runnable">At least one.</param>
    /// <param name="current">Who went on last, if it can.</param>
    /// <param name="step">The number of this step.</param>
    /// <param name="yields">Whether the current one spins and should not be chosen if another can be.</param>
    internal Strand Choose(List<Strand> runnable, Strand? current, int step, bool yields)
    {
        if (_byPriority)
        {
            if (current is not null && (yields || Array.IndexOf(_changes, step) >= 0))
                Yields(current);
            var best = runnable[0];
            foreach (var strand in runnable)
            {
                if (strand.Priority > best.Priority)
                    best = strand;
            }
            return best;
        }
        if (yields && runnable.Count > 1)
        {
            var other = runnable[Next(runnable.Count - 1)];
            return other == current ? runnable[^1] : other;
        }
        if (current is not null && Next(_switchOneIn) != 0)
            return current;
        return runnable[Next(runnable.Count)];
    }
}
