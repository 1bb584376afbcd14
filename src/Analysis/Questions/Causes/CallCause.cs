namespace Gmp.Analysis.Questions.Causes;

/// <summary>Calls of the operating system that keep their P: it does nothing meanwhile, and who is queued on it waits.</summary>
internal sealed class CallCause : WaitCause
{
    /// <inheritdoc/>
    protected override string Id => "GMP103";

    /// <inheritdoc/>
    protected override string Mechanism(CauseContext context, Finding finding) =>
        context.Phrases.Say($"Goroutines created at {Wording.Place(finding.Source)} sleep in calls of the operating system and keep their P, and who is queued on it waits.");
}
