using Gmp.Analysis.Language;
using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;
using Gmp.Analysis.Questions.Scheduling;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>GMP301: how were goroutines scheduled? The states of G, P and M as the trace counted them, and what each way between two of them is. Judges nothing.</summary>
public sealed class StatesQuestion : Question
{
    /// <inheritdoc/>
    public override string Id => "GMP301";

    /// <inheritdoc/>
    public override string Text => "How were goroutines scheduled?";

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        var totals = new SchedulerTotals(model);
        long starts = totals.Starts;
        if (starts == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("No goroutine began to run while this was recorded."));

        var scan = context.Shared(c => ProcessorScan.Of(c.Model));
        var whole = scan.Whole;
        long running = model.Goroutines.Sum(g => g.RunningTime);
        string busy = Wording.Percent(whole.WholeNs == 0 ? 0 : (double)(whole.RunningNs + whole.SyscallNs) / whole.WholeNs);
        return Answer(context, Severity.Ok, 0,
            say.Say($"{say.Count(model.Goroutines.Count, "goroutine")} began to run {say.Count(starts, "time")} on {say.Count(scan.Processors.Count, "P")} in {Wording.Duration(model.Length)}, for {Wording.Duration(running / starts)} each time at the mean. The Ps were in use for {busy} of their time.")) with
        {
            Evidence = [.. Evidence(say, totals, whole)],
            Why = say.Text("A goroutine (G) runs where a thread (M) that holds a logical processor (P) takes it from a queue. There are as many Ps as goroutines may run at the same time; Ms come and go as system calls and hogs need them."),
            Confidence = context.Info.HasLosses ? Confidence.Medium : Confidence.High,
            Tables = [Times(say, totals, scan), Ways(say, totals)],
            Figures = [GoroutineFlow(context, totals), ProcessorFlow(say, totals, whole), MachineFlow(say, model, totals)],
            LookCloser = "dotnet gmp-trace view FILE",
        };
    }

    private static IEnumerable<string> Evidence(Phrases say, SchedulerTotals totals, ProcessorTimes whole)
    {
        long blocked = totals.Goroutines((int)GoStatus.Running, (int)GoStatus.Waiting);
        long gave = totals.Goroutines((int)GoStatus.Running, (int)GoStatus.Runnable);
        long calls = totals.Goroutines((int)GoStatus.Running, (int)GoStatus.Syscall);
        long ended = totals.Goroutines((int)GoStatus.Running, (int)GoStatus.Dead);
        yield return say.Say($"A run ended {say.Count(blocked, "time")} with a wait, {say.Count(gave, "time")} with a place in a queue again, {say.Count(calls, "time")} in a system call and {say.Count(ended, "time")} for good.");
        long next = totals.Sum(a => a.Queued(RunQueueKind.RunNext)), local = totals.Sum(a => a.Queued(RunQueueKind.Local)), global = totals.Sum(a => a.Queued(RunQueueKind.Global));
        if (next + local + global > 0)
            yield return say.Say($"What became runnable went to the next-to-run slot of a P {say.Count(next, "time")}, to a P's ring {say.Count(local, "time")} and to the global queue {say.Count(global, "time")}: only the last needs a lock.");
        yield return say.Say($"Of the Ps' time, goroutines ran for {Share(whole.RunningNs, whole)}, system calls held a P for {Share(whole.SyscallNs, whole)}, an M looked for work for {Share(whole.SpinningNs, whole)}, switching took {Share(whole.SchedulingNs, whole)}, and nobody needed the P for {Share(whole.IdleNs, whole)}.");
    }

    private static string Share(long ns, in ProcessorTimes whole) => Wording.Percent(whole.WholeNs == 0 ? 0 : (double)ns / whole.WholeNs);

    private static FindingTable Times(Phrases say, SchedulerTotals totals, ProcessorScan scan) =>
        new(say.Text("Where the time of each P went"), "processorTimes",
            [
                new(say.Text("P"), CellKind.Text, "processor"), new(say.Text("running goroutines"), CellKind.Duration, "runningNs"), new(say.Text("in a system call"), CellKind.Duration, "syscallNs"),
                new(say.Text("looking for work"), CellKind.Duration, "spinningNs"), new(say.Text("switching"), CellKind.Duration, "schedulingNs"), new(say.Text("idle"), CellKind.Duration, "idleNs"),
                new(say.Text("unknown"), CellKind.Duration, "unknownNs"),
            ],
            [.. scan.Processors.Select(p => (Cell[])[totals.Name(p.Lane.Scheduler, p.Lane.Id), p.Times.RunningNs, p.Times.SyscallNs, p.Times.SpinningNs, p.Times.SchedulingNs, p.Times.IdleNs, p.Times.UnknownNs])]);

    private static FindingTable Ways(Phrases say, SchedulerTotals totals)
    {
        var rows = new List<IReadOnlyList<Cell>>();
        foreach (var (kind, way) in StateWays.Goroutine.Select(w => ("G", w)).Concat(StateWays.Processor.Select(w => ("P", w))).Concat(StateWays.Machine.Select(w => ("M", w))))
        {
            long count = kind switch { "G" => totals.Goroutines(way.From, way.To), "P" => totals.Ps(way.From, way.To), _ => totals.Ms(way.From, way.To) };
            if (count > 0)
                rows.Add([kind, StateWays.Name(say, way.FromName), StateWays.Name(say, way.ToName), count, say.Text(way.Meaning)]);
        }
        return new FindingTable(say.Text("What each change of state was"), "changes",
            [
                new(say.Text("of"), CellKind.Text, "of"), new(say.Text("from"), CellKind.Text, "from"), new(say.Text("to"), CellKind.Text, "to"), new(say.Text("times"), CellKind.Count, "count"),
                new(say.Text("what happened"), CellKind.Text, "meaning"),
            ],
            rows);
    }

    private static FlowFigure GoroutineFlow(QuestionContext context, SchedulerTotals totals)
    {
        var say = context.Phrases;
        var goroutines = context.Model.Goroutines;
        var times = new long[StateFlow.States];
        var now = new long[StateFlow.States];
        foreach (var g in goroutines)
        {
            times[(int)GoStatus.Running] += g.RunningTime;
            times[(int)GoStatus.Runnable] += g.RunnableTime;
            times[(int)GoStatus.Waiting] += g.WaitingTime;
            times[(int)GoStatus.Syscall] += g.SyscallTime;
            now[(int)(g.Status == GoStatus.Preempted ? GoStatus.Runnable : g.Status) & (StateFlow.States - 1)]++;
        }
        return Flow(say, say.Text("States of goroutines (G)"), "goroutineStates", StateWays.Goroutine, totals.Goroutines, times, now);
    }

    private static FlowFigure ProcessorFlow(Phrases say, SchedulerTotals totals, in ProcessorTimes whole)
    {
        var times = new long[StateFlow.States];
        times[(int)ProcStatus.Idle] = whole.IdleNs;
        times[(int)ProcStatus.Running] = whole.RunningNs + whole.SpinningNs + whole.SchedulingNs;
        times[(int)ProcStatus.Syscall] = whole.SyscallNs;
        var now = new long[StateFlow.States];
        foreach (var lane in totals.Processors)
        {
            bool idle = lane.IdlePeriods is [.., { End: long.MaxValue }];
            bool call = lane.Spans is [.., { End: long.MaxValue, Kind: SpanKind.Syscall }];
            now[(int)(idle ? ProcStatus.Idle : call ? ProcStatus.Syscall : ProcStatus.Running)]++;
        }
        return Flow(say, say.Text("States of logical processors (P)"), "processorStates", StateWays.Processor, totals.Ps, times, now);
    }

    private static FlowFigure MachineFlow(Phrases say, TraceModel model, SchedulerTotals totals)
    {
        var times = new long[StateFlow.States];
        var now = new long[StateFlow.States];
        foreach (var machine in totals.Machines)
        {
            foreach (var span in machine.Spans)
                times[(int)span.State] += Math.Max(0, Math.Min(span.End, model.Duration) - Math.Max(model.Start, span.Start));
            if (machine.Spans.Count > 0)
                now[(int)machine.Spans[^1].State]++;
        }
        return Flow(say, say.Text("States of threads (M)"), "machineStates", StateWays.Machine, totals.Ms, times, now);
    }

    private static FlowFigure Flow(Phrases say, string title, string key, IReadOnlyList<StateWay> ways, Func<int, int, long> count, long[] times, long[] now)
    {
        var taken = ways.Where(w => count(w.From, w.To) > 0).ToList();
        var states = ways.SelectMany(w => new[] { (State: w.From, Name: w.FromName), (State: w.To, Name: w.ToName) }).Distinct()
            .Where(s => times[s.State] > 0 || now[s.State] > 0 || taken.Exists(w => w.From == s.State || w.To == s.State)).ToList();
        return new FlowFigure(title, key,
            [.. states.Select(s => new FlowNode(StateWays.Name(say, s.Name), times[s.State], now[s.State]))],
            [.. taken.Select(w => new FlowEdge(states.FindIndex(s => s.State == w.From), states.FindIndex(s => s.State == w.To), count(w.From, w.To), say.Text(w.Label)))]);
    }
}
