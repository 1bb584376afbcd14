using Gmp.Analysis.Language;
using Gmp.Analysis.Model.Accounts;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>
/// GMP101: what did goroutines block on? Time by reason and by creation site. Waiting for time, for the outside world, for work or for each other is what goroutines are
/// for, and no complaint; what is worth a look is waiting for locks.
/// </summary>
public sealed class BlockingQuestion : Question
{
    private const int ReasonsSaid = 3, SitesShown = 10;

    private static readonly Threshold s_locks = new("GMP101.lockPercent", 10,
        "From which part of their time, in percent, goroutines of a site that wait for locks are worth a word.");

    /// <inheritdoc/>
    public override string Id => "GMP101";

    /// <inheritdoc/>
    public override string Text => "What did goroutines block on?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_locks];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        var sites = model.Accounts.SelectMany(a => a.Sites).Where(s => s.Goroutines > 0).ToList();
        if (sites.Count == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("The trace knows no goroutine."));
        var reasons = BlockedFor.All(sites);
        if (reasons.Count == 0)
        {
            return Answer(context, Severity.Ok, 0, say.Text("Nothing: no goroutine waited while this was recorded.")) with { Tables = [BySite(say, sites)] };
        }
        long waited = Math.Max(1, reasons.Sum(r => r.Account.WaitNs));
        string most = say.List([.. reasons.Take(ReasonsSaid).Select(r => say.Say($"{r.Reason.Text()} ({Wording.Percent((double)r.Account.WaitNs / waited)})"))]);
        string answer = say.Say($"Goroutines waited {Wording.Duration(waited)} in {say.Count(reasons.Sum(r => r.Account.Count), "wait")}, most of it for {most}.");

        double least = context.Thresholds[s_locks] / 100;
        var locked = sites.Where(s => LockShare(s) >= least && LockWait(s) > 0).OrderByDescending(LockWait).ToList();
        long locks = sites.Sum(LockWait);
        string verdict = locked.Count > 0
            ? say.Say($"Goroutines created at {Wording.Place(locked[0].Site)} spent {Wording.Percent(LockShare(locked[0]))} of their time waiting for locks.")
            : locks > 0 ? say.Say($"For locks they waited {Wording.Duration(locks)}, {Wording.Percent((double)locks / waited)} of it; the rest is a program's nature.")
            : say.Text("None of it was for a lock: such waits are a program's nature, and cost no thread and no CPU.");
        return Answer(context, locked.Count > 0 ? Severity.Info : Severity.Ok, locked.Count > 0 ? 15 : 0, $"{answer} {verdict}") with
        {
            Evidence = [.. Evidence(say, sites, reasons, locked)],
            Why = locked.Count > 0
                ? say.Text("A goroutine blocks when it awaits what is not there yet: a value, a lock, a time, a socket. It is parked, and its thread goes on with another one. Waiting for locks is the part of it that work could be doing.")
                : "",
            Fixes = locked.Count > 0 ? [say.Text("See GMP104 for the lock, and what to do about it.")] : [],
            Confidence = context.Info.HasLosses ? Confidence.Medium : Confidence.High,
            Source = locked.Count > 0 ? locked[0].Site : null,
            Tables = [ByReason(say, reasons, waited), BySite(say, sites)],
            Figures =
            [
                new BarsFigure(say.Text("Time that goroutines waited, by reason"), "waitByReason", CellKind.Duration,
                    [.. reasons.Select(r => new Bar(r.Reason.Text(), r.Account.WaitNs, say.Count(r.Account.Count, "wait")))]),
            ],
        };
    }

    private static IEnumerable<string> Evidence(Phrases say, List<SiteAccount> sites, IReadOnlyList<BlockedFor> reasons, List<SiteAccount> locked)
    {
        var longest = reasons.MaxBy(r => r.Account.LongestNs)!;
        yield return say.Say($"The longest wait took {Wording.Duration(longest.Account.LongestNs)} ({longest.Reason.Text()}). {say.Count(reasons.Sum(r => r.Account.Open), "wait")} went on at the trace's end.");
        foreach (var site in locked.Skip(1).Take(ReasonsSaid))
            yield return say.Say($"Goroutines created at {Wording.Place(site.Site)} spent {Wording.Percent(LockShare(site))} of their time waiting for locks, {Wording.Duration(LockWait(site))} in all.");
        long calls = sites.Sum(s => s.Syscalls.Count);
        if (calls > 0)
            yield return say.Say($"System calls are no such waits: {say.Count(calls, "call")} took {Wording.Duration(sites.Sum(s => s.Syscalls.TimeNs))}, with a thread each (GMP103).");
    }

    private static FindingTable ByReason(Phrases say, IReadOnlyList<BlockedFor> reasons, long waited) =>
        new(say.Text("By reason"), "reasons",
            [
                new(say.Text("waits for"), CellKind.Text, "reason"), new(say.Text("kind"), CellKind.Text, "kind"), new(say.Text("waits"), CellKind.Count, "waits"),
                new(say.Text("in all"), CellKind.Duration, "waitNs"), new(say.Text("share"), CellKind.Share, "share"), new(say.Text("mean"), CellKind.Duration, "meanNs"),
                new(say.Text("longest"), CellKind.Duration, "longestNs"), new(say.Text("going on"), CellKind.Count, "open"),
            ],
            [.. reasons.Select(r => (Cell[])[r.Reason.Text(), Kind(say, r.Reason), r.Account.Count, r.Account.WaitNs, (double)r.Account.WaitNs / waited,
                r.Account.WaitNs / r.Account.Count, r.Account.LongestNs, r.Account.Open])]);

    private static FindingTable BySite(Phrases say, List<SiteAccount> sites)
    {
        var shown = sites.OrderByDescending(s => s.WaitingNs).Take(SitesShown).ToList();
        return new(say.Text("By where the goroutines were created"), "sites",
            [
                new(say.Text("created at"), CellKind.Text, "site"), new(say.Text("name"), CellKind.Text, "name"), new(say.Text("goroutines"), CellKind.Count, "goroutines"),
                new(say.Text("running"), CellKind.Duration, "runningNs"), new(say.Text("ready to run"), CellKind.Duration, "runnableNs"), new(say.Text("waiting"), CellKind.Duration, "waitingNs"),
                new(say.Text("in system calls"), CellKind.Duration, "syscallNs"), new(say.Text("waited most for"), CellKind.Text, "reason"), new(say.Text("of it for locks"), CellKind.Share, "lockShare"),
            ],
            [.. shown.Select(s => (Cell[])[Wording.Place(s.Site), s.Name, s.Goroutines, s.RunningNs, s.RunnableNs, s.WaitingNs, s.Syscalls.TimeNs,
                BlockedFor.All([s]) is [var first, ..] ? first.Reason.Text() : "", s.WaitingNs > 0 ? Math.Min(1, (double)LockWait(s) / s.WaitingNs) : 0])])
        { MoreRows = sites.Count - shown.Count };
    }

    private static string Kind(Phrases say, WaitReason reason) => WaitNature.Of(reason) switch
    {
        WaitNature.Kind.Idle => say.Text("nothing to do"),
        WaitNature.Kind.Lock => say.Text("a lock"),
        WaitNature.Kind.Outside => say.Text("outside"),
        _ => say.Text("another goroutine"),
    };

    private static long LockWait(SiteAccount site) =>
        BlockedFor.Reasons.Where(r => WaitNature.Of(r) == WaitNature.Kind.Lock).Sum(r => site.Blocked(r).WaitNs);

    private static double LockShare(SiteAccount site)
    {
        long whole = site.RunningNs + site.RunnableNs + site.WaitingNs + site.Syscalls.TimeNs;
        return whole > 0 ? (double)LockWait(site) / whole : 0;
    }

}
