namespace Gmp.Analysis.Questions.Causes;

/// <summary>
/// Other processes that want the CPUs: every time in the trace is longer than it would be. It explains waits and idle Ps, not a hog: that rests on CPU time,
/// which no other process can spend for it.
/// </summary>
internal sealed class BusyHostCause : CauseRule
{
    /// <summary>The finding.</summary>
    public const string Id = "GMP002";

    /// <inheritdoc/>
    public override Cause? Find(CauseContext context)
    {
        if (context.Bad(Id) is not { } busy)
            return null;
        string[] effects = [.. context.Notable("GMP202", "GMP203", "GMP302", "GMP303", "GMP305").Select(f => f.Id)];
        return effects.Length == 0 ? null
            : new Cause(Id, context.Phrases.Text("The host had too few CPUs for all that wanted them, so the target's threads waited for one: waits are longer than the scheduler makes them, and idle Ps wake late."),
                busy.Confidence == Confidence.Low ? Confidence.Low : Confidence.Medium, Try(busy), busy.LookCloser, effects);
    }
}
