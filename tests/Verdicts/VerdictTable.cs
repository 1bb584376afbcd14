using System.Globalization;
using Gmp.Analysis.Questions;

namespace Gmp.Verdicts;

/// <summary>What was found in which run, against what is to be found.</summary>
internal sealed class VerdictTable(VerdictOptions options)
{
    private readonly Dictionary<(Sample Sample, bool Busy), List<SampleRun>> _runs = [];
    private readonly List<string> _misses = [];

    /// <summary>Adds a run, and says how it went.</summary>
    public void Add(Sample sample, bool busy, SampleRun run)
    {
        if (!_runs.TryGetValue((sample, busy), out var runs))
            _runs[(sample, busy)] = runs = [];
        runs.Add(run);
        string machine = busy ? "busy" : "quiet";
        var misses = Misses(sample, busy, run).Select(m => $"{sample.Name}, {machine}, run {runs.Count}: {m}").ToList();
        _misses.AddRange(misses);
        Console.Error.WriteLine($"{sample.Name,-14} {machine,-5} {runs.Count,2}/{options.Runs}  {(misses.Count == 0 ? "as expected" : "MISS")}: "
            + (run.Failure.Length > 0 ? run.Failure : string.Join(", ", run.Report.Findings.Where(f => f.Severity >= Severity.Info).Select(f => $"{f.Id} {f.Severity}"))));
        foreach (string miss in misses)
            Console.Error.WriteLine("    " + miss);
    }

    /// <summary>Prints the tables and every miss.</summary>
    /// <returns>True if nothing was missed.</returns>
    public bool Print()
    {
        foreach (bool busy in options.Machines)
        {
            Console.WriteLine($"\n{(busy ? $"With {Environment.ProcessorCount} busy processes beside" : "The machine as it is")}: in how many of {options.Runs} runs a finding was claimed (warning or critical)");
            var used = _runs.Where(r => r.Key.Busy == busy).SelectMany(r => r.Value).Select(r => r.UsedBefore).ToList();
            if (used.Count > 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Before a run others used {used.Average():P0} of the CPUs at the mean, {used.Min():P0} to {used.Max():P0}{(busy || used.Max() <= Sample.QuietUse ? "" : $"; where it was above {Sample.QuietUse:P0}, {string.Join(", ", Sample.OfABusyMachine)} may be claimed")}."));
            Console.WriteLine("* must be, ~ may be, . must not be, ! a miss\n");
            string[] ids = [.. Analyzer.Questions.Select(q => q.Id)];
            Console.WriteLine($"{"",-14}" + string.Concat(ids.Select(i => $" {i[3..],5}")));
            foreach (var sample in options.Samples.Where(s => _runs.ContainsKey((s, busy))))
            {
                var runs = _runs[(sample, busy)];
                Console.WriteLine($"{sample.Name,-14}" + string.Concat(ids.Select(id => $" {Cell(sample, busy, id, runs),5}")));
            }
            PrintChecks(busy);
        }
        Console.WriteLine(_misses.Count == 0 ? "\nNothing was missed." : $"\n{_misses.Count} misses:");
        _misses.ForEach(Console.WriteLine);
        return _misses.Count == 0;
    }

    private void PrintChecks(bool busy)
    {
        Console.WriteLine($"\n{"Numbers",-14} {"",-28} {"the sample's",14} {"the report's",14} {"worst difference",17}");
        foreach (var sample in options.Samples.Where(s => _runs.ContainsKey((s, busy))))
        {
            foreach (var check in sample.Checks)
            {
                var pairs = _runs[(sample, busy)].Select(r => (Truth: check.Truth(r.Truth), Found: FoundBy(check, r))).Where(p => p is { Truth: not null, Found: not null }).ToList();
                if (pairs.Count == 0)
                    continue;
                var worst = pairs.MaxBy(p => Difference(p.Truth!.Value, p.Found!.Value));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{sample.Name,-14} {check.What,-28} {worst.Truth,14:#,0.##} {worst.Found,14:#,0.##} {Difference(worst.Truth!.Value, worst.Found!.Value),16:P1}"));
            }
        }
    }

    private static string Cell(Sample sample, bool busy, string id, List<SampleRun> runs)
    {
        int claimed = runs.Count(r => r.Report.Findings.Any(f => f.Id == id && f.Severity >= Severity.Warning));
        bool must = sample.Must.Contains(id), may = runs.Exists(r => sample.Allows(id, busy, r));
        bool miss = must ? claimed < runs.Count : runs.Exists(r => !sample.Allows(id, busy, r) && r.Report.Findings.Any(f => f.Id == id && f.Severity >= Severity.Warning));
        return $"{(claimed == 0 && !must ? "." : claimed.ToString(CultureInfo.InvariantCulture))}{(miss ? "!" : must ? "*" : may ? "~" : " ")}";
    }

    private static IEnumerable<string> Misses(Sample sample, bool busy, SampleRun run)
    {
        if (run.Failure.Length > 0)
        {
            yield return run.Failure;
            yield break;
        }
        foreach (var finding in run.Report.Findings)
        {
            bool claimed = finding.Severity >= Severity.Warning;
            if (sample.Must.Contains(finding.Id) && !claimed)
                yield return $"{finding.Id} is {finding.Severity}, not found: {finding.Answer}";
            else if (claimed && !sample.Allows(finding.Id, busy, run))
                yield return $"{finding.Id} is claimed: {finding.Answer}";
        }
        foreach (var check in sample.Checks)
        {
            if (check.Truth(run.Truth) is not { } truth)
                yield return $"{check.What}: the sample does not tell it";
            else if (FoundBy(check, run) is not { } found)
                yield return $"{check.What}: the report does not tell it; the sample measured {truth.ToString("#,0.##", CultureInfo.InvariantCulture)}";
            else if (Difference(truth, found) > (busy || run.UsedBefore > Sample.QuietUse ? check.BusyTolerance : Check.Tolerance) && Math.Abs(truth - found) > check.Least)
                yield return string.Create(CultureInfo.InvariantCulture, $"{check.What}: the report says {found:#,0.##}, the sample measured {truth:#,0.##}");
        }
    }

    private static double? FoundBy(Check check, SampleRun run) => run.Failure.Length > 0 ? null : check.Found(run.Report);

    private static double Difference(double truth, double found) => truth == found ? 0 : Math.Abs(truth - found) / Math.Max(Math.Abs(truth), 1e-9);
}
