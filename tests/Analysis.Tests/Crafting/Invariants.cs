using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;
using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Tests.Crafting;

/// <summary>What holds for every model, whatever it was built from: a second opinion that does not follow the builder's steps.</summary>
internal static class Invariants
{
    public static void Check(LoadedTrace trace, bool timesAgreeWithSpans = true)
    {
        var (model, info) = trace;
        var running = new long[model.Goroutines.Count];
        var syscall = new long[model.Goroutines.Count];
        foreach (var lane in model.Lanes)
        {
            long last = 0;
            for (int i = 0; i < lane.Spans.Count; i++)
            {
                var span = lane.Spans[i];
                Assert.True(span.Start >= last, $"{lane.Label}: span {i} starts at {span.Start}, before {last}");
                Assert.True(span.End >= span.Start, $"{lane.Label}: span {i} ends before it starts");
                Assert.True(span.End != long.MaxValue || i == lane.Spans.Count - 1, $"{lane.Label}: span {i} is open and not the last");
                Assert.InRange(span.Goroutine, -1, model.Goroutines.Count - 1);
                Assert.Equal(span.Kind == SpanKind.Spinning, span.Goroutine < 0);
                Assert.Equal(span.End == long.MaxValue, span.EndedBy == SpanEnd.Open);
                last = span.End == long.MaxValue ? span.Start : span.End;
                if (span.Goroutine < 0)
                    continue;
                (span.Kind == SpanKind.Running ? running : syscall)[span.Goroutine] += Math.Min(span.End, model.Duration) - Math.Max(span.Start, model.Start);
            }
        }
        foreach (var g in model.Goroutines)
        {
            long sum = g.RunningTime + g.RunnableTime + g.WaitingTime + g.SyscallTime + g.UnknownTime;
            Assert.Equal(g.KnownTime, sum);
            Assert.All([g.RunningTime, g.RunnableTime, g.WaitingTime, g.SyscallTime, g.UnknownTime], t => Assert.InRange(t, 0, model.Duration));
            // A goroutine's life ends with its death or the trace, and starts with its creation or where the trace meets it.
            if (g.CreatedTime is { } created && g.Status != GoStatusDead && info.RepairedRecords == 0)
                Assert.Equal(model.Duration - Math.Max(created, model.Start), g.KnownTime);
            if (!timesAgreeWithSpans || info.RepairedRecords > 0 || info.HasLosses)
                continue;
            Assert.Equal(running[g.Index], g.RunningTime);
            Assert.True(syscall[g.Index] <= g.SyscallTime, $"{g.Label}: the spans in system calls take longer than the calls");
        }
        foreach (var slice in model.Slices)
        {
            Assert.True(slice.RunNs <= slice.End - slice.Start);
            Assert.InRange(slice.HeldUntil, slice.Start, slice.End);
            Assert.True(model.LongestSlice!.Value.RunNs >= slice.RunNs);
        }
        foreach (var wait in model.Waits)
            Assert.True(wait.End > wait.Start);
        foreach (var accounts in model.Accounts)
            Check(trace, accounts);
    }

    // What was counted record by record, against what stands in the lanes and goroutines at the end.
    private static void Check(LoadedTrace trace, SchedulerAccounts accounts)
    {
        var (model, info) = trace;
        var goroutines = model.Goroutines.Where(g => g.Scheduler == accounts.Scheduler).ToList();
        Assert.Equal(goroutines.Count(g => g.Status != GoStatusDead || g.KnownTime > 0 || model.Start == 0), accounts.Sites.Sum(s => s.Goroutines));
        Assert.Equal(goroutines.Sum(g => g.RunningTime), accounts.Sites.Sum(s => s.RunningNs));
        Assert.Equal(goroutines.Sum(g => g.RunnableTime), accounts.Sites.Sum(s => s.RunnableNs));
        Assert.Equal(goroutines.Sum(g => g.WaitingTime), accounts.Sites.Sum(s => s.WaitingNs));
        if (model.Start == 0)
        {
            Assert.Equal(goroutines.Count(g => g.Status == GoStatusDead), accounts.Sites.Sum(s => s.Ended));
            Assert.Equal(goroutines.Count(g => g.CreatedTime is not null), accounts.Sites.Sum(s => s.Created));
        }
        var reasons = Enumerable.Range(0, 256).Select(r => (Tracing.WaitReason)r).ToList();
        Assert.Equal(accounts.Sites.Sum(s => s.WaitingNs), accounts.Sites.Sum(s => reasons.Sum(r => s.Blocked(r).WaitNs)));
        if (info.IsComplete)
        {
            Assert.Equal(goroutines.Sum(g => g.SyscallTime), accounts.Sites.Sum(s => s.Syscalls.TimeNs));
            Assert.Equal(goroutines.Count(g => g.Status == Tracing.GoStatus.Waiting), accounts.Sites.Sum(s => reasons.Sum(r => s.Blocked(r).Open)));
        }
        Assert.Equal(goroutines.Count(g => g.Status == Tracing.GoStatus.Runnable), accounts.Runnable.Value);
        // Every state that was entered and not left is somebody's state now.
        foreach (var state in model.Start > 0 ? [] : Enum.GetValues<Tracing.GoStatus>().Where(s => s is not (Tracing.GoStatus.Idle or Tracing.GoStatus.Preempted)))
        {
            long net = Enumerable.Range(0, StateFlow.States).Sum(o => accounts.GoroutineFlow.Count(o, (int)state) - accounts.GoroutineFlow.Count((int)state, o));
            Assert.Equal(goroutines.Count(g => g.Status == state), net);
        }
        foreach (var on in accounts.WaitObjects)
        {
            Assert.InRange(on.Waiters, 0, on.MostWaiters);
            Assert.InRange(on.ContendedNs, 0, model.Length);
            if (info.RepairedRecords > 0)
                continue;
            Assert.True(on.ContendedNs <= on.Blocks.WaitNs);
            Assert.True(on.Blocks.LongestNs <= on.ContendedNs);
        }
        foreach (var m in accounts.Machines)
        {
            long last = 0;
            foreach (var span in m.Spans)
            {
                Assert.InRange(span.Start, last, span.End);
                last = span.End;
            }
        }
        foreach (var lane in model.Lanes.Where(l => l.Kind == LaneKind.Processor && l.Scheduler == accounts.Scheduler))
        {
            var times = ProcessorTimes.Of(model, lane);
            Assert.Equal(model.Length, times.WholeNs);
            Assert.Equal(times.WholeNs, times.RunningNs + times.SyscallNs + times.SpinningNs + times.IdleNs + times.SchedulingNs + times.UnknownNs);
            Assert.All([times.RunningNs, times.SyscallNs, times.SpinningNs, times.IdleNs, times.UnknownNs], t => Assert.InRange(t, 0, times.WholeNs));
            // Nothing is counted twice, so what is left over is not negative.
            Assert.True(times.SchedulingNs >= 0, $"{lane.Label}: {times}");
        }
    }

    private const Tracing.GoStatus GoStatusDead = Tracing.GoStatus.Dead;
}
