using Gmp.Analysis.Model;

namespace Gmp.Analysis.Questions.Causes;

/// <summary>The garbage collector stops every thread: whoever is ready waits until it is done.</summary>
internal sealed class CollectionCause : CauseRule
{
    private const long LeastWaitNs = 1_000_000;

    /// <inheritdoc/>
    public override Cause? Find(CauseContext context)
    {
        if (context.Bad("GMP402") is not { } collections || context.Bad("GMP202", Severity.Info) is not { } waits)
            return null;
        double part = PartOfWaits(context.Asked.Model);
        return part < LeastPart ? null
            : new Cause("GMP402",
                context.Phrases.Say($"The garbage collector stops every thread, and {Wording.Percent(part)} of the time of waits from {Wording.Duration(LeastWaitNs)} on passed while it did."),
                Sureness(collections, part), Try(collections), collections.LookCloser, [waits.Id]);
    }

    // Of the time of waits that are long enough to notice, what lies in pauses.
    private static double PartOfWaits(TraceModel model)
    {
        var pauses = model.Pauses.Where(p => p.IsCollection).OrderBy(p => p.Start).ToList();
        long[] starts = [.. pauses.Select(p => p.Start)];
        double all = 0, paused = 0;
        foreach (var wait in model.Waits)
        {
            if (wait.Length < LeastWaitNs)
                continue;
            all += wait.Length;
            int at = Array.BinarySearch(starts, wait.Start);
            // The pause before the first that begins later may reach into the wait.
            for (int i = Math.Max(0, (at < 0 ? ~at : at) - 1); i < pauses.Count && pauses[i].Start < wait.End; i++)
                paused += Math.Max(0, Math.Min(wait.End, pauses[i].End) - Math.Max(wait.Start, pauses[i].Start));
        }
        return all > 0 ? paused / all : 0;
    }
}
