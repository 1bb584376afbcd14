using Gmp.Analysis.Language;
using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>
/// GMP102: what did the scheduler do while goroutines were blocked? For each wait, what its P did next. The answer to "when does a goroutine block, and what does the
/// scheduler do then", from the run itself. Judges nothing.
/// </summary>
public sealed class WhileBlockedQuestion : Question
{
    private static readonly NextStep[] s_steps =
        [NextStep.RanOwn, NextStep.RanGlobal, NextStep.Stole, NextStep.Waited, NextStep.WentIdle, NextStep.HandedOff, NextStep.Unknown];

    /// <inheritdoc/>
    public override string Id => "GMP102";

    /// <inheritdoc/>
    public override string Text => "What did the scheduler do while goroutines were blocked?";

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        var rows = BlockedFor.Reasons.Select(r => (Reason: r, Steps: Steps(model, r))).Where(r => r.Steps.Sum() > 0).OrderByDescending(r => r.Steps.Sum()).ToList();
        var all = s_steps.Select((_, i) => rows.Sum(r => r.Steps[i])).ToArray();
        long known = all.Sum() - all[^1];
        if (all.Sum() == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("No goroutine blocked on a P while this was recorded."));
        if (known == 0)
        {
            return Answer(context, Severity.NotApplicable, 0,
                say.Text("The trace does not tell what Ps did next: it is too short, or its scheduler runs without Ps (SchedulerModel.GM).")) with
            {
                Fixes = [say.Text("Record for some seconds (--duration 10s).")],
            };
        }
        var parts = s_steps.Select((s, i) => (Step: s, Count: all[i])).Where(s => s.Step != NextStep.Unknown && s.Count > 0).OrderByDescending(s => s.Count)
            .Select(s => $"{Did(say, s.Step)} ({Wording.Percent((double)s.Count / known)})").ToList();
        long retaken = model.Accounts.Sum(a => a.Retakes(HandoffReason.SyscallRetake)), announced = model.Accounts.Sum(a => a.Handoffs(HandoffReason.BlockingCall));
        return Answer(context, Severity.Ok, 0,
            say.Say($"{say.Count(all.Sum(), "time")} a goroutine blocked and its P was free for another. The P {say.List(parts)}.")) with
        {
            Evidence = [.. Evidence(say, model, rows.Sum(r => r.Steps[4]), known, retaken, announced)],
            Why = say.Text("A goroutine (G) that awaits what is not there yet is put aside: it keeps no thread (M) and no P. Its M stays with the P and takes the next G: from the P's own queue, now and then from the global queue, "
                + "else it polls the network and steals half of another P's queue. Only if there is nothing anywhere it releases the P, which is then idle, and sleeps. Who readies the G later puts it next on its own P. "
                + "A system call is different: there the M itself is blocked, so the P must go on with another M, at once (Blocking) or when sysmon takes it (Syscall)."),
            Confidence = context.Info.HasLosses ? Confidence.Medium : Confidence.High,
            Tables = [Table(say, rows)],
            Figures = [Matrix(say, rows)],
            LookCloser = "dotnet gmp-trace view FILE",
        };
    }

    private static IEnumerable<string> Evidence(Phrases say, TraceModel model, long idle, long known, long retaken, long announced)
    {
        long ended = model.Accounts.Sum(a => s_steps.Sum(s => a.Next(WaitReason.None, s)));
        if (ended > 0)
            yield return say.Say($"Besides, {say.Count(ended, "time")} a goroutine ended or gave way, and its P took the next one in the same way.");
        if (idle > 0)
            yield return say.Say($"In {Wording.Percent((double)idle / known)} of the blocks nobody was ready to run, and the P was released: its thread slept until something was.");
        if (retaken + announced > 0)
            yield return say.Say($"From system calls {say.Count(announced, "P")} went on with another M at once, since the call was announced as one that blocks, and sysmon took {retaken} (GMP103).");
        long hogs = model.Accounts.Sum(a => a.Handoffs(HandoffReason.Hog));
        if (hogs > 0)
            yield return say.Say($"{say.Count(hogs, "time")} a P went on without a goroutine that did not block for a whole slice (GMP201).");
    }

    private static long[] Steps(TraceModel model, WaitReason reason) => [.. s_steps.Select(s => model.Accounts.Sum(a => a.Next(reason, s)))];

    private static FindingTable Table(Phrases say, List<(WaitReason Reason, long[] Steps)> rows) =>
        new(say.Text("What the P did next, by what its goroutine blocked on (times)"), "next",
            [
                new(say.Text("blocked on"), CellKind.Text, "reason"),
                .. s_steps.Select(s => new TableColumn(Title(say, s), CellKind.Count, char.ToLowerInvariant(s.ToString()[0]) + s.ToString()[1..])),
            ],
            [.. rows.Select(r => (Cell[])[r.Reason.Text(), .. r.Steps.Select(n => (Cell)n)])]);

    private static MatrixFigure Matrix(Phrases say, List<(WaitReason Reason, long[] Steps)> rows) =>
        new(say.Text("What the P did next, by what its goroutine blocked on"), "nextMatrix", say.Text("blocked on"), say.Text("the P"),
            [.. rows.Select(r => r.Reason.Text())], [.. s_steps.Select(s => Title(say, s))], CellKind.Count, [.. rows.Select(r => (double[])[.. r.Steps.Select(n => (double)n)])]);

    private static string Did(Phrases say, NextStep step) => step switch
    {
        NextStep.RanOwn => say.Text("ran the next goroutine of its own queue"),
        NextStep.RanGlobal => say.Text("took one from the global queue"),
        NextStep.Stole => say.Text("stole from another P"),
        NextStep.Waited => say.Text("looked for work until some came to it"),
        NextStep.WentIdle => say.Text("went idle"),
        _ => say.Text("went on with another thread"),
    };

    private static string Title(Phrases say, NextStep step) => step switch
    {
        NextStep.RanOwn => say.Text("own queue"),
        NextStep.RanGlobal => say.Text("global queue"),
        NextStep.Stole => say.Text("stole"),
        NextStep.Waited => say.Text("looked, then ran"),
        NextStep.WentIdle => say.Text("went idle"),
        NextStep.HandedOff => say.Text("other thread"),
        _ => say.Text("unknown"),
    };
}
