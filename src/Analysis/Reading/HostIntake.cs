using Gmp.Analysis.Model;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Analysis.Sampling;

namespace Gmp.Analysis.Reading;

/// <summary>Takes in the host facts that a recorder added to a file. Damaged ones are left out.</summary>
internal sealed class HostIntake(HostFacts facts)
{
    /// <summary>A second each for a month; more is damage.</summary>
    private const int MostFacts = 31 * 24 * 3600;

    private readonly List<HostFact> _facts = [];   // with times in ticks

    /// <summary>Takes an event in.</summary>
    public void Take(int id, ReadOnlySpan<byte> payload)
    {
        var walk = new ByteWalker(payload);
        if (id == HostEvents.HostId)
        {
            if (walk.Int32(out _) && walk.Int32(out int cpus) && walk.Int32(out int machine) && walk.Int32(out int quota))
                (facts.Cpus, facts.MachineCpus, facts.QuotaCpus) = (Math.Max(0, cpus), Math.Max(0, machine), Math.Max(0, quota) / 1000.0);
            return;
        }
        if (id != HostEvents.FactId || _facts.Count >= MostFacts)
            return;
        if (walk.Int64(out long time) && walk.Int64(out long busy) && walk.Int64(out long idle) && walk.Int64(out long stolen) && walk.Int64(out long pressure)
            && walk.Int32(out int load) && walk.Int32(out int threads) && walk.Int64(out long workingSet) && walk.Int64(out long cpu) && walk.Int64(out long queue)
            && walk.Int64(out long machineCpu) && walk.Int64(out long machineQueue) && walk.Int64(out long worst) && walk.Int64(out long throttled) && walk.Int64(out long throttledNs))
        {
            _facts.Add(new HostFact(time)
            {
                BusyNs = busy,
                IdleNs = idle,
                StolenNs = stolen,
                PressureNs = pressure,
                Load = load < 0 ? -1 : load / 100.0,
                Threads = threads,
                WorkingSetBytes = workingSet,
                CpuNs = cpu,
                QueueNs = queue,
                MachineCpuNs = machineCpu,
                MachineQueueNs = machineQueue,
                WorstQueueNs = worst,
                Throttled = throttled,
                ThrottledNs = throttledNs,
            });
        }
    }

    /// <summary>Nothing will follow.</summary>
    public void Complete(TraceClock clock)
    {
        long origin = clock.Origin ?? 0;
        facts.List.AddRange(_facts.Select(f => f with { Time = clock.ToNs(f.Time - origin) }).OrderBy(f => f.Time));
        _facts.Clear();
    }
}
