namespace Gmp.Analysis.Questions.Causes;

/// <summary>How much of a finding another one accounts for, by what both name: who waited and how long, when, and on which Ps.</summary>
internal static class FindingLinks
{
    private const string Victim = "victim", Blocker = "blocker";

    /// <summary>
    /// The part of the effect's waits that the cause names too, 0 to 1: goroutine by goroutine, the smaller of both times. Null where one of them names no
    /// waits.
    /// </summary>
    public static double? OfWaits(Finding cause, Finding effect)
    {
        var mine = Waits(cause);
        var theirs = Waits(effect);
        double all = theirs.Values.Sum();
        return mine.Count == 0 || all <= 0 ? null : theirs.Sum(w => Math.Min(w.Value, mine.GetValueOrDefault(w.Key))) / all;
    }

    /// <summary>True if the goroutine that the effect blames most is one that the cause is about.</summary>
    public static bool IsBlamed(Finding cause, Finding effect) =>
        effect.Goroutines.FirstOrDefault(g => g.Role == Blocker) is { } blamed && cause.Goroutines.Any(g => g.Role != Victim && g.Id == blamed.Id);

    /// <summary>The part of the effect's time that lies in the cause's, 0 to 1; 0 where they name different Ps.</summary>
    public static double OfWindows(Finding cause, Finding effect, long length)
    {
        if (cause.Processors.Count > 0 && effect.Processors.Count > 0 && !cause.Processors.Intersect(effect.Processors).Any())
            return 0;
        // A finding without a window is about the whole trace.
        var (a, b) = (cause.Window ?? new TimeWindow(0, length), effect.Window ?? new TimeWindow(0, length));
        double whole = Math.Max(1, b.EndNs - b.StartNs);
        return Math.Max(0, Math.Min(a.EndNs, b.EndNs) - Math.Max(a.StartNs, b.StartNs)) / whole;
    }

    /// <summary>The part of the effect's goroutines that the cause names too, 0 to 1.</summary>
    public static double OfGoroutines(Finding cause, Finding effect) =>
        effect.Goroutines.Count == 0 ? 0 : effect.Goroutines.Count(g => cause.Goroutines.Any(c => c.Id == g.Id)) / (double)effect.Goroutines.Count;

    // An id may stand twice, for two schedulers: their waits are taken together.
    private static Dictionary<long, double> Waits(Finding finding) =>
        finding.Goroutines.Where(g => g is { Role: Victim, WaitNs: > 0 }).GroupBy(g => g.Id).ToDictionary(g => g.Key, g => g.Sum(v => (double)v.WaitNs!.Value));
}
