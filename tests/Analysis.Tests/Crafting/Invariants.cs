using Gmp.Analysis.Model;
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
                (span.Kind == SpanKind.Running ? running : syscall)[span.Goroutine] += Math.Min(span.End, model.Duration) - span.Start;
            }
        }
        foreach (var g in model.Goroutines)
        {
            long sum = g.RunningTime + g.RunnableTime + g.WaitingTime + g.SyscallTime + g.UnknownTime;
            Assert.Equal(g.KnownTime, sum);
            Assert.All([g.RunningTime, g.RunnableTime, g.WaitingTime, g.SyscallTime, g.UnknownTime], t => Assert.InRange(t, 0, model.Duration));
            // A goroutine's life ends with its death or the trace, and starts with its creation or where the trace meets it.
            if (g.CreatedTime is { } created && g.Status != GoStatusDead && info.RepairedRecords == 0)
                Assert.Equal(model.Duration - created, g.KnownTime);
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
    }

    private const Tracing.GoStatus GoStatusDead = Tracing.GoStatus.Dead;
}
