using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests;

/// <summary>A part of a trace: what is counted of two parts is what is counted of the whole.</summary>
public class SelectionTests
{
    // Left out: a trace in which records tell later that a P ran somebody all along. Who does not read on does not know it.
    public static TheoryData<string> Names => [.. GoldenTests.Names.Select(n => n.Data).Where(n => n != "snapshot-without-p")];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_lies_before_a_moment_and_what_lies_after_it_are_the_whole(string name)
    {
        byte[] bytes = TextTrace.Record(GoldenTests.Records(name)).ToArray();
        var whole = Load(bytes, new());
        foreach (double part in new[] { 0.01, 0.3, 0.5, 0.77, 0.999 })
        {
            long at = (long)(whole.Model.Duration * part);
            var before = Load(bytes, new() { ToNs = at });
            var after = Load(bytes, new() { FromNs = at });
            Invariants.Check(before, timesAgreeWithSpans: false);
            Invariants.Check(after, timesAgreeWithSpans: false);
            Assert.Equal((0, at, at, whole.Model.Duration), (before.Model.Start, before.Model.Duration, after.Model.Start, after.Model.Duration));
            Assert.Equal(Sums(whole.Model), Sums(before.Model, after.Model));
        }
    }

    private static List<(string What, long Ns)> Sums(params TraceModel[] parts)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var accounts in parts.SelectMany(m => m.Accounts))
        {
            string who = $"s{accounts.Scheduler} ";
            Add(who + "running", accounts.Sites.Sum(s => s.RunningNs));
            Add(who + "runnable", accounts.Sites.Sum(s => s.RunnableNs));
            Add(who + "waiting", accounts.Sites.Sum(s => s.WaitingNs));
            Add(who + "created", accounts.Sites.Sum(s => s.Created));
            Add(who + "ended", accounts.Sites.Sum(s => s.Ended));
            Add(who + "starts", accounts.Sites.Sum(s => s.Starts));
            Add(who + "calls", accounts.Sites.Sum(s => s.Syscalls.TimeNs));
            Add(who + "calls held", accounts.Sites.Sum(s => s.Syscalls.HeldNs));
            Add(who + "lost P", accounts.Sites.Sum(s => s.Syscalls.LostProcessor));
            Add(who + "heartbeats", accounts.Heartbeats.Count);
            Add(who + "searches", accounts.Searches.Begun);
            for (int from = 0; from < StateFlow.States; from++)
            {
                for (int to = 0; to < StateFlow.States; to++)
                    Add($"{who}{(GoStatus)from} to {(GoStatus)to}", accounts.GoroutineFlow.Count(from, to));
            }
            foreach (var reason in Enum.GetValues<WaitReason>())
                Add(who + reason, accounts.Sites.Sum(s => s.Blocked(reason).WaitNs));
            foreach (var on in accounts.WaitObjects)
                Add($"{who}object {on.Id}", on.Blocks.WaitNs);
        }
        foreach (var (model, lane) in parts.SelectMany(m => m.Lanes.Where(l => l.Kind == LaneKind.Processor).Select(l => (m, l))))
        {
            var times = ProcessorTimes.Of(model, lane);
            string who = $"s{lane.Scheduler} {lane.Label} ";
            Add(who + "whole", times.WholeNs);
            Add(who + "running", times.RunningNs);
            Add(who + "in calls", times.SyscallNs);
            Add(who + "spinning", times.SpinningNs);
            Add(who + "idle", times.IdleNs);
        }
        return [.. sums.Where(s => s.Value != 0).Select(s => (s.Key, s.Value))];

        void Add(string what, long ns) => sums[what] = sums.GetValueOrDefault(what) + ns;
    }

    [Fact]
    public void A_hog_that_began_before_the_part_is_told_with_its_whole_length()
    {
        byte[] bytes = TextTrace.Record(GoldenTests.Records("hog")).ToArray();
        var trace = Load(bytes, new() { FromNs = 500_000_000 });
        var slice = Assert.Single(trace.Model.Slices);
        Assert.Equal((2_000_000, 1_002_000_000), (slice.Start, slice.End));
    }

    [Fact]
    public void Goroutines_are_selected_by_id_name_and_label()
    {
        byte[] bytes = TextTrace.Record(GoldenTests.Records("hog")).ToArray();
        Assert.Equal([8L], Selected(new() { Goroutines = [8] }));
        Assert.Equal([8L], Selected(new() { Names = ["tick*"] }));
        Assert.Equal([7L, 8L], Selected(new() { Names = ["ticker", "CHECKSUM"] }));
        Assert.Equal([], Selected(new() { Names = ["ticker"], Goroutines = [9] }));
        var labelled = TextTrace.Record(GoldenTests.Records("annotations")).ToArray();
        var all = Load(labelled, new());
        var one = all.Model.Goroutines.First(g => g.Labels.Count > 0);
        var (key, value) = one.Labels[0];
        Assert.Equal(
            all.Model.Goroutines.Where(g => g.Labels.Contains((key, value))).Select(g => g.Id),
            Load(labelled, new() { Labels = [(key, value)] }).Model.Goroutines.Where(g => g.IsSelected).Select(g => g.Id));

        long[] Selected(TraceSelection selection)
        {
            var model = Load(bytes, selection).Model;
            // Who is not selected waits and runs for nobody's account.
            Assert.All(model.Waits, w => Assert.True(model.Goroutines[w.Goroutine].IsSelected));
            Assert.Equal(model.Goroutines.Where(g => g.IsSelected).Sum(g => g.RunningTime), model.Accounts[0].Sites.Sum(s => s.RunningNs));
            Assert.Equal(model.Goroutines.Count(g => g.IsSelected), model.Accounts[0].Sites.Sum(s => s.Goroutines));
            return [.. model.Goroutines.Where(g => g.IsSelected).Select(g => g.Id).Order()];
        }
    }

    [Fact]
    public void Of_a_P_that_is_not_selected_no_slice_and_no_wait_counts()
    {
        byte[] bytes = TextTrace.Record(GoldenTests.Records("two-hogs-of-one-site")).ToArray();
        var all = Load(bytes, new());
        int p = all.Model.Slices[0].Processor;
        var one = Load(bytes, new() { Processors = [p] });
        Assert.NotEmpty(one.Model.Slices);
        Assert.All(one.Model.Slices, s => Assert.Equal(p, s.Processor));
        Assert.All(one.Model.Waits, w => Assert.True(w.Queue == p || w.RanOn == p));
        Assert.Empty(Load(bytes, new() { Processors = [99] }).Model.Slices);
    }

    private static LoadedTrace Load(byte[] bytes, TraceSelection selection) => TraceFile.Load(new MemoryStream(bytes), null, selection);
}
