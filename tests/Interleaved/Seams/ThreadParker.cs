using Gmp.Interleaving;

namespace Gmp;

/// <summary>Stands in for the runtime's ThreadParker: a wake before the sleep is kept, and a sleep that has a limit may end at any moment.</summary>
internal sealed class ThreadParker
{
    internal const long Forever = long.MaxValue;

    private bool _notified;

    internal static ThreadParker Create() => new();

    internal static void SleepExactly()
    {
    }

    internal bool Park(long nanoseconds = Forever)
    {
        var strand = Carrier.Strand ?? throw new InvalidOperationException("Only a strand sleeps.");
        var schedule = strand.Schedule;
        schedule.Step(strand, "parks", "", "", 0);
        if (Mutation.Hits(Break.KeptWake))
            _notified = false;
        long deadline = nanoseconds == Forever ? long.MaxValue : schedule.Time + Math.Max(0, nanoseconds);
        while (!_notified)
        {
            if (!schedule.Block(strand, this, deadline))
                break;
        }
        bool woken = _notified;
        _notified = false;
        return woken;
    }

    internal void Unpark()
    {
        if (Carrier.Strand is { } strand)
        {
            strand.Schedule.Step(strand, "unparks", "", "", 0);
            strand.Drain();
        }
        _notified = true;
        (Carrier.Strand?.Schedule ?? Schedule.Current)?.Wake(this);
    }
}
