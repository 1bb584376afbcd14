namespace Gmp.Analysis.Questions.Causes;

/// <summary>A goroutine that runs on and on: who is queued behind it waits.</summary>
internal sealed class HogCause : WaitCause
{
    /// <inheritdoc/>
    protected override string Id => "GMP201";

    /// <inheritdoc/>
    protected override string Mechanism(CauseContext context, Finding finding)
    {
        var say = context.Phrases;
        var hog = finding.Goroutines.FirstOrDefault(g => g.Role == "hog");
        string who = hog is null ? Wording.Place(finding.Source) : Who(hog);
        string howLong = Wording.Duration(hog?.LongestSliceNs ?? (finding.Window is { } w ? w.EndNs - w.StartNs : 0));
        return finding.Code?.HottestLine is { } line
            ? say.Say($"{who} runs for up to {howLong} without a scheduling point, in {line.Frame.Name} ({line.Frame.Place}), and who is queued behind it waits.")
            : say.Say($"{who} runs for up to {howLong} without a scheduling point, and who is queued behind it waits.");
    }
}
