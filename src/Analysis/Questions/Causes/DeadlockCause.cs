namespace Gmp.Analysis.Questions.Causes;

/// <summary>Goroutines that wait for each other for ever: who needs what they hold piles up behind them, which looks like a leak or a contended lock.</summary>
internal sealed class DeadlockCause : CauseRule
{
    /// <inheritdoc/>
    public override Cause? Find(CauseContext context)
    {
        if (context.Bad("GMP106") is not { } deadlock)
            return null;
        var (say, length) = (context.Phrases, context.Asked.Model.Duration);
        double surest = 0;
        List<string> explained = [];
        foreach (var effect in context.Notable("GMP101", "GMP104", "GMP105"))
        {
            // A list of names is cut at some length, so the place that they come from counts as well.
            double part = Math.Max(FindingLinks.OfGoroutines(deadlock, effect),
                effect.Source is not null && deadlock.Goroutines.Any(g => g.CreatedAt == effect.Source) ? FindingLinks.OfWindows(deadlock, effect, length) : 0);
            if (part < LeastPart)
                continue;
            surest = Math.Max(surest, part);
            explained.Add(effect.Id);
        }
        if (explained.Count == 0)
            return null;
        int circle = deadlock.Goroutines.Count(g => g.Role == "deadlocked");
        string statement = circle > 1
            ? say.Say($"{say.Count(circle, "goroutine")} wait for each other's locks, {Who(deadlock.Goroutines[0])} among them, and who needs one of these locks piles up behind them.")
            : say.Say($"{(deadlock.Goroutines.Count > 0 ? Who(deadlock.Goroutines[0]) : Wording.Place(deadlock.Source))} has a lock and does not give it back, and who needs it piles up behind.");
        return new Cause("GMP106", statement, Sureness(deadlock, surest), Try(deadlock), deadlock.LookCloser, explained);
    }
}
