using System.Text.RegularExpressions;
using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;

namespace Gmp.Tests.Language;

/// <summary>Answers in Chinese hold no English but names, code and the terms that nobody translates.</summary>
public partial class ForeignWordTests
{
    private static readonly string[] s_terms =
    [
        "goroutine", "channel", "sysmon", "hog", "select", "runnext", "ticker", "worker", "await", "async", "Hello", "WaitGroup", "Mann", "Whitney", "Holm", "portable", "PDB", "CPU",
        // Go's words for what a goroutine waits for stand in every language as in its dumps; names of the API stand as code does.
        "chan", "receive", "send", "sleep", "sync", "Mutex", "RWMutex", "Lock", "RLock", "Wait", "Cond", "IO", "wait", "foreign", "pool", "idle", "no", "cases", "semacquire", "Once", "submit",
        "Idle", "Runnable", "Running", "Waiting", "Syscall", "Dead", "Go", "SchedulerOptions.Processors", "LockOSThread", "dotnet-gcdump", "dotnet-trace",
        "Blocking", "GoSemaphore", "GoroutinePool", "GoConn", "GoRWMutex", "SchedulerModel.GM", "UnlockOSThread", "NET", "API", "Linux", "Done", "return", "GC",
    ];

    public static TheoryData<string> Traces => [.. CraftedTrace.Names];

    [Theory, MemberData(nameof(Traces))]
    public void Chinese_answers_hold_no_English(string name)
    {
        var trace = CraftedTrace.Load(name);
        var report = Analyzer.Run(new QuestionContext(trace) { Phrases = Phrases.Of("zh-CN")! });
        var foreign = new List<string>();
        string[] known = [.. s_terms, .. Names(trace)];
        foreach (string text in report.Findings.SelectMany(Texts).Concat(report.Causes.SelectMany(c => (string[])[c.Statement, c.Try])))
        {
            string bare = NotWords().Replace(text, " ");
            foreach (string word in known.OrderByDescending(k => k.Length))
                bare = Regex.Replace(bare, $@"(?<![A-Za-z]){Regex.Escape(word)}(?![A-Za-z])", " ");
            foreach (Match left in Word().Matches(bare))
                foreign.Add($"'{left.Value}' in: {text}");
        }
        Assert.True(foreign.Count == 0, string.Join("\n", foreign));
    }

    private static IEnumerable<string> Texts(Finding finding) =>
    [
        finding.Question, finding.Answer, finding.Why, .. finding.Evidence, .. finding.Fixes,
        .. finding.Tables.SelectMany(t => (string[])[t.Title, .. t.Columns.Select(c => c.Title), .. t.Rows.SelectMany(r => r).Select(c => c.Text ?? "")]),
        .. finding.Figures.Select(f => f.Title),
    ];

    // What the trace itself calls things.
    private static IEnumerable<string> Names(LoadedTrace trace) =>
        trace.Model.Goroutines.SelectMany(g => (string[])[g.Name, g.CreatedAt?.File ?? "", g.CreatedAt?.Member ?? "", g.CreatedAt?.Short ?? ""])
            .Concat(trace.Model.Samples.Frames.SelectMany(f => (string[])[f.Name, f.Place, f.Module])).Where(n => n.Length > 0).Distinct();

    // Code and commands between quotes, options, units of numbers, ids of findings, generic types.
    [GeneratedRegex("""`[^`]*`|'dotnet [^']*'|"all goroutines are asleep - deadlock!"|--[a-z-]+( \d+s)?|(?<=[\d几十百] )(ns|us|ms|s|kB|MB|B)(?![A-Za-z])|\bGMPA?\d{3}\b|\bCtrl\+C\b|\bEnter\b|\bDOTNET_\w+""")]
    private static partial Regex NotWords();

    [GeneratedRegex("[A-Za-z]{2,}")]
    private static partial Regex Word();
}
