namespace Gmp.Analysis.Questions.Causes;

/// <summary>A cause that makes goroutines wait for a P: a hog, or a call that keeps its P. It explains the waits of those whom its own finding names.</summary>
internal abstract class WaitCause : CauseRule
{
    /// <summary>The finding.</summary>
    protected abstract string Id { get; }

    /// <summary>The mechanism in a sentence, with name, length and line.</summary>
    protected abstract string Mechanism(CauseContext context, Finding finding);

    /// <inheritdoc/>
    public override Cause? Find(CauseContext context)
    {
        if (context.Bad(Id) is not { } finding)
            return null;
        var say = context.Phrases;
        double worst = 0;
        string told = "";
        List<string> explained = [];
        foreach (var effect in context.Notable("GMP202", "GMP203"))
        {
            double? waits = FindingLinks.OfWaits(finding, effect);
            bool isBlamed = FindingLinks.IsBlamed(finding, effect);
            // Without waits by name there is only the time: that both were at once is a hint and no proof.
            double part = waits ?? Math.Min(LeastPart, FindingLinks.OfWindows(finding, effect, context.Asked.Model.Duration) * LeastPart);
            // The effect has looked behind whom each of its waits was, one by one: that is as good as an overlap.
            if (isBlamed)
                part = Math.Max(part, NearlyAll);
            if (part < LeastPart)
                continue;
            explained.Add(effect.Id);
            if (part <= worst)
                continue;
            worst = part;
            told = waits is { } share ? " " + say.Say($"That is {Wording.Percent(share)} of the waits that {effect.Id} names.") : "";
        }
        return explained.Count == 0 ? null
            : new Cause(Id, Mechanism(context, finding) + told, Sureness(finding, worst), Try(finding), finding.LookCloser, explained);
    }
}
