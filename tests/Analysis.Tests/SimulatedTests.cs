using Gmp.Analysis.Model;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests;

/// <summary>
/// A scheduler that is simulated, so that the truth is known: who ran where and how long, which slices were a hog's, who waited for it. The
/// model and GMP201 must find exactly that, and nothing in a healthy run.
/// </summary>
public class SimulatedTests
{
    private const long Us = 1_000, Ms = 1_000_000;

    /// <summary>Ps that take goroutines off their queues; time is a number, so there is no noise but the noise that is asked for.</summary>
    private sealed class Simulation(int seed, int processors, bool withHog)
    {
        private readonly Random _random = new(seed);
        private readonly Queue<(long G, long Since)>[] _queues = [.. Enumerable.Range(0, processors).Select(_ => new Queue<(long, long)>())];
        private readonly long[] _clock = new long[processors];

        public Recorder Recorder { get; } = new();

        public Dictionary<long, long> Running { get; } = [];

        public Dictionary<long, long> Runnable { get; } = [];

        public List<(long Start, long End)> HogSlices { get; } = [];

        /// <summary>Until sysmon has taken the P, until another M has it, and until that M starts the next goroutine.</summary>
        public const long LongestWaitBehindHog = (10 * Ms) + (300 * Us) + (2 * Us);

        public const long Hog = 1000;

        public byte[] Run(long until)
        {
            Recorder.Put(1, -1, 0, EventKind.SchedulerStart, [processors, 10 * Ms], "sim");
            Recorder.Put(1, -1, 0, EventKind.Site, [1, 77], "Hog.cs", "Spin");
            for (int p = 0; p < processors; p++)
            {
                Recorder.Put(p, 0, EventKind.ProcStart, p);
                for (long g = 1; g <= 5; g++)
                    Create(p, (p * 10) + g, 0, "");
            }
            if (withHog)
                Create(0, Hog, 1, "spinner");
            long marked = 0;
            while (_clock.Min() < until)
            {
                int p = Array.IndexOf(_clock, _clock.Min());
                Return(_clock[p]);
                if (_clock[p] - marked > 50 * Ms)
                {
                    marked = _clock[p];
                    Recorder.Mark(marked);
                }
                Step(p);
            }
            Return(long.MaxValue);
            return Recorder.ToArray();
        }

        private void Create(int p, long g, long site, string name)
        {
            Recorder.Put(1, p, 0, EventKind.GoCreate, [g, 0, site, (long)RunQueueKind.Local], name);
            _queues[p].Enqueue((g, 0));
        }

        private void Step(int p)
        {
            var (g, since) = _queues[p].Dequeue();
            long start = _clock[p] + _random.Next(200, 2000);
            Recorder.Put(p, start, EventKind.GoStart, g);
            Runnable[g] = Runnable.GetValueOrDefault(g) + start - since;
            bool hogs = g == Hog && _random.Next(4) == 0;
            // Healthy stretches, now and then drawn out by a host that takes the CPU away: long, without CPU time.
            bool descheduled = g != Hog && _random.Next(400) == 0;
            long length = hogs ? _random.NextInt64(60, 120) * Ms : descheduled ? _random.NextInt64(12, 30) * Ms : _random.NextInt64(5, 300) * Us;
            long end = start + length;
            Running[g] = Running.GetValueOrDefault(g) + length;
            if (hogs)
            {
                HogSlices.Add((start, end));
                long taken = start + (10 * Ms);
                Recorder.Put(p, taken, EventKind.GoHog, g, p, 10 * Ms, 99 * Ms / 10);
                Recorder.Put(p, taken, EventKind.ProcRetake, p, g, (long)HandoffReason.Hog);
                Recorder.Put(p, taken + (300 * Us), EventKind.ProcHandoff, p, 100 + p, (long)HandoffReason.Hog);
                _clock[p] = taken + (300 * Us);
                _ends.Add((end, g, p, length));
                return;
            }
            if (descheduled)
                Recorder.Put(p, start + (11 * Ms), EventKind.GoHog, g, p, 10 * Ms, _random.NextInt64(0, 2) * Ms);
            Recorder.Put(p, end, EventKind.GoStop, g, (long)StopReason.Yield, (long)RunQueueKind.Local);
            _queues[p].Enqueue((g, end));
            _clock[p] = end;
        }

        private readonly List<(long End, long G, int P, long Length)> _ends = [];

        // A hog without a P comes to its scheduling point: it is queued where it was.
        private void Return(long now)
        {
            foreach (var ended in _ends.Where(e => e.End <= now).ToList())
            {
                Recorder.Put(-1, ended.End, EventKind.GoHogEnd, ended.G, ended.P, ended.Length, ended.Length * 9 / 10);
                Recorder.Put(-1, ended.End, EventKind.GoStop, ended.G, (long)StopReason.LostP, (long)RunQueueKind.Global);
                _queues[ended.P].Enqueue((ended.G, ended.End));
                _ends.Remove(ended);
            }
        }
    }

    public static TheoryData<int, int> Runs => [.. from seed in Enumerable.Range(1, 10) from processors in (int[])[1, 4] select (seed, processors)];

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_hog_is_found_with_its_slices_and_nobody_else_is_blamed(int seed, int processors)
    {
        var simulation = new Simulation(seed, processors, withHog: true);
        var trace = TraceFile.Load(new MemoryStream(simulation.Run(3_000 * Ms)));
        Invariants.Check(trace);
        Assert.Equal(0, trace.Info.RepairedRecords);
        Assert.Equal(0, trace.Info.LateRecords);

        // To the ns.
        var found = trace.Model.Slices.Where(s => trace.Model.Goroutines[s.Goroutine].Id == Simulation.Hog && s.WasReported).ToList();
        Assert.InRange(simulation.HogSlices.Count, 5, 100);
        Assert.Equal(simulation.HogSlices, found.Select(f => (f.Start, f.End)));
        Assert.All(found, f => Assert.Equal(10 * Ms, f.HeldUntil - f.Start));

        var finding = Analyzer.Run(trace).Findings.Single(f => f.Id == "GMP201");
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.Equal("Hog.cs:77", finding.Source!.Short);
        Assert.Equal([0], finding.Processors);
        var hog = finding.Goroutines[0];
        Assert.Equal((Simulation.Hog, "spinner", "hog"), (hog.Id, hog.Name, hog.Role));
        Assert.Equal(simulation.HogSlices.Max(t => t.End - t.Start), hog.LongestSliceNs);
        Assert.Equal(simulation.HogSlices.Count, hog.Slices);
        // Every other goroutine of P0 waited for it, none of another P did, and none longer than until the P was handed on and taken up.
        var victims = finding.Goroutines.Skip(1).ToList();
        Assert.All(victims, v => Assert.Equal("victim", v.Role));
        Assert.Equal([1L, 2, 3, 4, 5], victims.Select(v => v.Id).Order());
        Assert.All(victims, v => Assert.InRange(v.LongestWaitNs!.Value, 9 * Ms, Simulation.LongestWaitBehindHog));
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_healthy_run_on_a_noisy_host_raises_no_alarm(int seed, int processors)
    {
        var simulation = new Simulation(seed, processors, withHog: false);
        var trace = TraceFile.Load(new MemoryStream(simulation.Run(3_000 * Ms)));
        Invariants.Check(trace);
        var finding = Analyzer.Run(trace).Findings.Single(f => f.Id == "GMP201");
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.Equal(trace.Model.LongestSlice!.Value.RunNs, finding.Goroutines.Single().LongestSliceNs);
        // How long each ran and waited, up to the last record of each: what goes on at the end is counted to the trace's end.
        foreach (var g in trace.Model.Goroutines.Where(g => g.Status == GoStatus.Runnable))
        {
            Assert.Equal(simulation.Running.GetValueOrDefault(g.Id), g.RunningTime);
            Assert.Equal(simulation.Runnable.GetValueOrDefault(g.Id) + trace.Model.Duration - g.StatusSince, g.RunnableTime);
        }
    }
}
