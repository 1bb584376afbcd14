using System.Globalization;
using Gmp.Analysis.Language;
using Gmp.Analysis.Model.Accounts;
using Gmp.Analysis.Questions.Calls;
using Gmp.Analysis.Reading;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>
/// GMP103: which system calls held a P, and was it handed off in time? Calls that the scheduler was told of, and those that it was not: slices in which the
/// thread slept in the kernel.
/// </summary>
public sealed class SyscallQuestion : Question
{
    private const int VictimsShown = 5, OthersShown = 3, SitesShown = 8;

    // One may be code that is loaded or compiled for the first time.
    private const int LeastHidden = 3;

    // Thousands that wait for one call of a ms add up to seconds, and none of them has waited long: what happens once is no way of calling.
    private const int LeastTold = 10;

    // Of calls that are long and lose their P anyway, sysmon's detour is all that Syscall adds to Blocking.
    private const double MostlyLost = 0.5;
    private const double WordForWarning = 4;
    private const long LongCallNs = 1_000_000;

    private static readonly Threshold s_hidden = new("GMP103.hiddenPercent", 2,
        "What part of the trace, in percent, calls that nobody announced must keep a P until it is a warning, if somebody waited. Code that is loaded for the first time sleeps too.");

    private static readonly Threshold s_told = new("GMP103.toldPercent", 20,
        "What part of the trace, in percent, goroutines together must wait behind announced calls until it is a warning; a quarter of that is worth a word. Such a wait is short, since sysmon ends it.");

    private static readonly Threshold s_critical = new("GMP103.criticalWaitMs", 50, "A warning with a wait of this length is critical: a person notices it.");

    /// <inheritdoc/>
    public override string Id => "GMP103";

    /// <inheritdoc/>
    public override string Text => "Which system calls held a P, and was it handed off in time?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_hidden, s_told, s_critical];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var say = context.Phrases;
        var search = CallSearch.Run(context.Trace);
        var sites = context.Model.Accounts.SelectMany(a => a.Sites).Where(s => s.Syscalls.Count > 0).ToList();
        var hidden = search.Groups.Where(g => g.IsHidden && g.Kept.Count >= LeastHidden && g.KeptNs >= context.Thresholds[s_hidden] / 100 * context.Model.Length).ToList();
        if (hidden.Find(g => g.Victims.Count > 0) is { } worst)
            return Hidden(context, search, sites, worst);
        var told = search.Groups.Where(g => !g.IsHidden).ToList();
        if (told.Find(g => g.Kept.Count >= LeastTold && g.DueNs >= context.Thresholds[s_told] / WordForWarning / 100 * context.Model.Length) is { } slow)
            return Told(context, search, sites, slow);
        if (hidden.Count > 0)
            return Hidden(context, search, sites, hidden[0]);
        if (sites.Count == 0)
        {
            return Answer(context, context.Model.Goroutines.Count == 0 ? Severity.NotApplicable : Severity.Ok, 0, say.Text("None. No goroutine made a system call that the scheduler was told of, and none was seen to sleep in one that it was not.")) with
            {
                Evidence = [Sight(context)],
                Confidence = ConfidenceOf(context, Confidence.High),
            };
        }
        return AllWell(context, search, sites, told);
    }

    private Finding Hidden(QuestionContext context, CallSearch search, List<SiteAccount> sites, CallGroup worst)
    {
        var (model, say) = (context.Model, context.Phrases);
        string site = Wording.Place(worst.Account.Site);
        var longest = worst.Longest;
        double share = model.Length > 0 ? (double)worst.KeptNs / model.Length : 0;
        bool isCritical = worst.WorstWaitNs >= context.Thresholds[s_critical] * 1e6;
        var severity = worst.Victims.Count == 0 ? Severity.Info : isCritical ? Severity.Critical : Severity.Warning;
        string answer = say.Say($"Calls that the scheduler was not told of: goroutines created at {site} slept in {say.Count(worst.Kept.Count, "call")} of {Wording.Duration(worst.MedianNs)} at the median and kept their P, for {Wording.Duration(worst.KeptNs)} in all, {Wording.Percent(share)} of the trace's length.");
        string cost = worst.Victims.Count == 0 ? say.Text("Nobody waited for it.")
            : say.Say($"{say.Count(worst.Victims.Count, "goroutine")} could have run and waited meanwhile, {Wording.Duration(worst.WorstWaitNs)} at worst.");
        return Answer(context, severity, severity switch { Severity.Critical => 82, Severity.Warning => 55 + (int)Math.Min(24, 40 * share), _ => 20 }, $"{answer} {cost}") with
        {
            Evidence = [.. HiddenEvidence(context, worst), .. Victims(context, worst), .. Others(context, search, worst), .. CallEvidence(context, sites), Sight(context)],
            Why = say.Text("The thread of a goroutine that calls the operating system by itself sleeps there, and the P with it: to the scheduler the goroutine runs. sysmon takes the P only from one that has run for a whole slice, "
                + "and not from a shorter call. What `Syscall(...)` or `Blocking(...)` announces leaves the P to others."),
            Fixes =
            [
                say.Text("Wrap the call in `await Blocking(() => ...)`: the P goes on with others at once. It costs a thread while the call lasts, and a wake-up of some us."),
                say.Text("If the call is mostly short, `await Syscall(() => ...)`: it keeps its P as long as it is quick, and sysmon takes the P when it is not. It costs some 20 ns."),
                say.Text("Or use an asynchronous form (`Sleep`, GoConn, an async API): then no thread waits at all."),
                say.Text("The analyzer GMPA002 finds such calls when the program is compiled."),
            ],
            Confidence = ConfidenceOf(context, Confidence.High),
            LookCloser = $"dotnet gmp-trace view FILE --at {(longest.Start / 1e9).ToString("0.###", CultureInfo.InvariantCulture)}s",
            Goroutines = [.. Callers(context, worst), .. VictimGoroutines(context, worst)],
            Processors = [.. worst.Kept.Select(k => k.Processor).Where(p => p >= 0).Distinct().Order()],
            Window = new TimeWindow(longest.Start, longest.End),
            Source = worst.Account.Site,
            Tables = Tables(context, search, sites),
        };
    }

    private static IEnumerable<string> HiddenEvidence(QuestionContext context, CallGroup worst)
    {
        var say = context.Phrases;
        if (worst.Account.Site is { } at)
            yield return say.Say($"The creation site is {at.File}:{at.Line}{(at.Member.Length == 0 ? "" : $" ({at.Member})")}.");
        yield return say.Say($"The longest kept P{worst.Longest.Processor} for {Wording.Duration(worst.LongestNs)}, from {Wording.Moment(worst.Longest.Start)} on. By what sysmon saw of these threads they slept for {Wording.Percent(worst.KeptNs > 0 ? worst.SleptNs / worst.KeptNs : 0)} of that time: neither on a CPU nor waiting for one.");
    }

    private Finding Told(QuestionContext context, CallSearch search, List<SiteAccount> sites, CallGroup slow)
    {
        var (model, say) = (context.Model, context.Phrases);
        var calls = slow.Account.Syscalls;
        var longest = slow.Longest;
        bool isWarning = slow.DueNs >= context.Thresholds[s_told] / 100 * model.Length;
        return Answer(context, isWarning ? Severity.Warning : Severity.Info, isWarning ? 52 : 22,
            say.Say($"The calls of goroutines created at {Wording.Place(slow.Account.Site)} kept their P while others were ready to run: {say.Count(slow.Victims.Count, "goroutine")} waited {Wording.Duration(slow.WaitedNs)} in all, {Wording.Duration(slow.WorstWaitNs)} at worst. {say.Count(calls.Count, "call")} took {Wording.Duration(calls.TimeNs / Math.Max(1, calls.Count))} at the mean, and {Wording.Percent((double)calls.LostProcessor / Math.Max(1, calls.Count))} of them lost their P.")) with
        {
            Evidence = [.. Victims(context, slow), .. Others(context, search, slow), .. CallEvidence(context, sites)],
            Why = say.Text("A call that `Syscall(...)` announces keeps its P at first, since most calls are over before another thread could take it. sysmon takes the P once it has seen the call in two of its rounds, 20 us to 2 ms apart, while work is queued. "
                + "Calls that mostly take longer than that make others wait each time."),
            Fixes =
            [
                say.Text("Use `await Blocking(() => ...)` for calls that take long: the P is handed on at once. It costs a wake-up of another thread, some us, for each call."),
                say.Text("Make fewer and larger calls."),
            ],
            Confidence = ConfidenceOf(context, Confidence.High),
            LookCloser = $"dotnet gmp-trace view FILE --at {(longest.Start / 1e9).ToString("0.###", CultureInfo.InvariantCulture)}s",
            Goroutines = [.. Callers(context, slow), .. VictimGoroutines(context, slow)],
            Processors = [.. slow.Kept.Select(k => k.Processor).Distinct().Order()],
            Window = new TimeWindow(longest.Start, longest.End),
            Source = slow.Account.Site,
            Tables = Tables(context, search, sites),
        };
    }

    private Finding AllWell(QuestionContext context, CallSearch search, List<SiteAccount> sites, List<CallGroup> told)
    {
        var say = context.Phrases;
        long count = sites.Sum(s => s.Syscalls.Count), held = sites.Sum(s => s.Syscalls.HeldNs), longest = sites.Max(s => s.Syscalls.LongestHeldNs);
        string cost = told.Find(g => g.Victims.Count > 0) is { } worst
            ? say.Say($"Others waited for it for {Wording.Duration(worst.WaitedNs)} in all, {Wording.Duration(worst.WorstWaitNs)} at worst.")
            : say.Text("Nobody waited for it.");
        return Answer(context, Severity.Ok, 0,
            say.Say($"None for long. {say.Count(count, "system call")} held a P for {Wording.Duration(held)} in all, {Wording.Duration(longest)} at worst. {cost}")) with
        {
            Evidence = [.. CallEvidence(context, sites), Sight(context)],
            Confidence = ConfidenceOf(context, Confidence.High),
            Tables = Tables(context, search, sites),
        };
    }

    // What the calls that were announced did, whatever the finding.
    private static IEnumerable<string> CallEvidence(QuestionContext context, List<SiteAccount> sites)
    {
        var say = context.Phrases;
        long count = sites.Sum(s => s.Syscalls.Count);
        if (count == 0)
            yield break;
        long announced = sites.Sum(s => s.Syscalls.Announced), retaken = sites.Sum(s => s.Syscalls.LostProcessor) - announced;
        yield return say.Say($"Of {say.Count(count, "announced call")} {announced} gave their P away at once (Blocking), from {retaken} sysmon took it, and {count - announced - retaken} came back with it.");
        foreach (var site in sites.Where(IsForBlocking).OrderByDescending(s => s.Syscalls.HeldNs).Take(OthersShown))
        {
            var calls = site.Syscalls;
            yield return say.Say($"The calls of goroutines created at {Wording.Place(site.Site)} take {Wording.Duration(calls.TimeNs / calls.Count)} at the mean, and {Wording.Percent((double)calls.LostProcessor / calls.Count)} of them lose their P after {Wording.Duration(calls.HeldNs / calls.Count)}: `Blocking` would give it away at once.");
        }
    }

    private static bool IsForBlocking(SiteAccount site)
    {
        var calls = site.Syscalls;
        return calls.Announced == 0 && calls.Count >= 3 && calls.LostProcessor >= MostlyLost * calls.Count && calls.TimeNs / calls.Count >= LongCallNs;
    }

    private static IEnumerable<string> Victims(QuestionContext context, CallGroup group)
    {
        var (model, say) = (context.Model, context.Phrases);
        foreach (var (index, victim) in group.Victims.OrderByDescending(v => v.Value.Waited).Take(VictimsShown))
            yield return say.Say($"{Wording.Who(model.Goroutines[index])} could have run and waited {say.Count(victim.Waits, "time")}, {Wording.Duration(victim.Waited)} in all and {Wording.Duration(victim.Longest)} at worst.");
        if (group.Victims.Count > VictimsShown)
            yield return say.Say($"{say.Count(group.Victims.Count - VictimsShown, "more goroutine")} waited too.");
    }

    private static IEnumerable<string> Others(QuestionContext context, CallSearch search, CallGroup group)
    {
        var say = context.Phrases;
        foreach (var other in search.Groups.Where(g => g != group && g.Victims.Count > 0 && (!g.IsHidden || g.Kept.Count >= LeastHidden)).Take(OthersShown))
        {
            yield return other.IsHidden
                ? say.Say($"Also goroutines created at {Wording.Place(other.Account.Site)}: {say.Count(other.Kept.Count, "hidden call")}, {Wording.Duration(other.KeptNs)} in all, for which others waited {Wording.Duration(other.WaitedNs)}.")
                : say.Say($"Announced calls of goroutines created at {Wording.Place(other.Account.Site)} kept a P for {Wording.Duration(other.KeptNs)} in all, and others waited {Wording.Duration(other.WaitedNs)}.");
        }
    }

    private static FindingTable[] Tables(QuestionContext context, CallSearch search, List<SiteAccount> sites)
    {
        var say = context.Phrases;
        var rows = new List<IReadOnlyList<Cell>>();
        foreach (var group in search.Groups.Where(g => g.IsHidden).OrderByDescending(g => g.KeptNs))
            rows.Add([Wording.Place(group.Account.Site), say.Text("hidden"), group.Kept.Count, group.KeptNs / group.Kept.Count, group.LongestNs, group.KeptNs, group.WaitedNs, 0]);
        foreach (var site in sites.OrderByDescending(s => s.Syscalls.HeldNs))
        {
            var calls = site.Syscalls;
            long waited = search.Groups.Where(g => !g.IsHidden && g.Account == site).Sum(g => g.WaitedNs);
            rows.Add([Wording.Place(site.Site), calls.Announced == calls.Count ? "Blocking" : "Syscall", calls.Count, calls.TimeNs / calls.Count, calls.LongestNs, calls.HeldNs, waited, calls.LostProcessor]);
        }
        return rows.Count == 0 ? [] :
        [
            new FindingTable(say.Text("Calls, by where their goroutines were created"), "calls",
                [
                    new(say.Text("created at"), CellKind.Text, "site"), new(say.Text("announced as"), CellKind.Text, "announced"), new(say.Text("calls"), CellKind.Count, "calls"),
                    new(say.Text("mean"), CellKind.Duration, "meanNs"), new(say.Text("longest"), CellKind.Duration, "longestNs"), new(say.Text("kept a P"), CellKind.Duration, "keptNs"),
                    new(say.Text("others waited"), CellKind.Duration, "waitedNs"), new(say.Text("lost the P"), CellKind.Count, "lost"),
                ],
                rows.Take(SitesShown).ToList())
            { MoreRows = Math.Max(0, rows.Count - SitesShown) },
        ];
    }

    private static IEnumerable<FindingGoroutine> Callers(QuestionContext context, CallGroup group) =>
        group.Callers.Take(VictimsShown).Select(i => context.Model.Goroutines[i]).Select(g => FindingGoroutine.Of(g, "caller"));

    private static IEnumerable<FindingGoroutine> VictimGoroutines(QuestionContext context, CallGroup group) =>
        group.Victims.OrderByDescending(v => v.Value.Waited).Select(v => (G: context.Model.Goroutines[v.Key], v.Value))
            .Select(v => FindingGoroutine.Of(v.G, "victim") with { WaitNs = v.Value.Waited, LongestWaitNs = v.Value.Longest, Waits = v.Value.Waits });

    // What the trace cannot show.
    private static string Sight(QuestionContext context) =>
        context.Info.RecordsByKind[(int)EventKind.GoStall] > 0
            ? context.Phrases.Text("A call that nobody announced is seen once it has taken about half a slice; shorter ones are not.")
            : context.Phrases.Text("Calls that nobody announced are seen on Linux only, by a runtime that tells of them, and once they have taken about half a slice.");

    private static Confidence ConfidenceOf(QuestionContext context, Confidence best) => context.Info.HasLosses ? Confidence.Low : best;

}
