namespace Gmp.Analysis.Questions.Causes;

/// <summary>Finds which findings follow from which, from their numbers and never from their sentences.</summary>
internal static class CauseSearch
{
    private const int Most = 3;

    private static readonly CauseRule[] s_rules = [new DeadlockCause(), new HogCause(), new CallCause(), new ConvoyCause(), new CollectionCause(), new BusyHostCause()];

    /// <summary>What explains what, the likeliest first.</summary>
    public static IReadOnlyList<Cause> Find(QuestionContext asked, IReadOnlyList<Finding> findings)
    {
        var context = new CauseContext(asked, findings);
        var found = s_rules.Select(r => r.Find(context)).OfType<Cause>().ToList();
        bool isBusy = context.Bad(BusyHostCause.Id) is not null;
        return
        [
            .. found.Select(c => isBusy && c.Finding != BusyHostCause.Id ? c with { Confidence = Lowered(c.Confidence) } : c)
                // What two explain equally well is told by the worse finding first; the host comes last, since it can be blamed for anything.
                .OrderBy(c => c.Finding == BusyHostCause.Id).ThenByDescending(c => c.Confidence).ThenByDescending(c => findings.First(f => f.Id == c.Finding).Score)
                .Take(Most),
        ];
    }

    private static Confidence Lowered(Confidence confidence) => confidence == Confidence.High ? Confidence.Medium : Confidence.Low;
}
