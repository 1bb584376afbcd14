using Gmp.Analysis.Validation;
using Gmp.Tool.Stdio;
using Gmp.Tracing;

namespace Gmp.Tool.Reporting;

/// <summary>What <c>info --validate</c> found, for people.</summary>
internal static class ValidationText
{
    private const int MostShown = 20;

    /// <summary>Writes the verdict, the rules that are broken, and the first violations.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">What was found.</param>
    /// <param name="showScheduler">True to say whose P it is.</param>
    public static void Write(TextWriter output, ValidationResult result, bool showScheduler)
    {
        Row("Validation", $"{Units.Count(result.Records, "record")} checked, "
            + (result.Count == 0 ? "no rule is broken" : Units.Count(result.Count, "violation")));
        if (result.Early > 0)
            Row("Order", $"{Units.Count(result.Early, "record")} stood before what they rest on, by at most {Units.Time(result.MostEarlyNs)}");
        if (result.Unjudged > 0)
            Row("Unjudged", $"{Units.Count(result.Unjudged, "record")}: after the last flush mark, or waiting for what is lost");
        if (result.UnknownKinds > 0)
            Row("Skipped", $"{Units.Count(result.UnknownKinds, "record")} of kinds that this version has no rules for");
        foreach (var rule in Rules.All.Where(result.Counts.ContainsKey))
            Row("Broken", $"{rule.Id} ({rule.Meaning}): {Units.Count(result.Counts[rule], "time")}");
        foreach (var violation in result.Violations.Take(MostShown))
            output.WriteLine("  " + TerminalText.Escape(Line(violation, showScheduler)));
        if (result.Count > MostShown)
            output.WriteLine($"  ... and {Units.Count(result.Count - Math.Min(MostShown, result.Violations.Count))} more; `--format json` has the first {Units.Count(ValidationResult.MostKept)}.");

        void Row(string label, string value) => output.WriteLine($"{label,-15}: {TerminalText.Escape(value)}");
    }

    private static string Line(Violation v, bool showScheduler)
    {
        string stream = v.Stream == EventTable.NoP ? "without a P" : $"P{v.Stream}";
        string where = showScheduler ? $"scheduler {v.Scheduler}, {stream}" : stream;
        if (v.Record.Length == 0)
            return v.Scheduler == 0 ? $"{v.Rule.Id}: {v.Text}" : $"{v.Rule.Id}: {where}: {v.Text}";
        return $"{v.Rule.Id}: {Units.Exact(v.TimeNs)}, {where}: {v.Record}: {v.Text}";
    }
}
