using Gmp.Analysis.Model;

namespace Gmp.Analysis.Sampling;

/// <summary>The events of host facts in a trace file, of the same provider as <see cref="SampleEvents"/>. docs/trace-format.md tells what the fields mean.</summary>
public static class HostEvents
{
    /// <summary>The machine: one event a file.</summary>
    public const int HostId = 6;

    /// <summary>What the machine and the process had done by a moment.</summary>
    public const int FactId = 7;

    private const int FormatVersion = 1;

    // A number of its own beside the samples': what lies before an event is counted by thread.
    private const uint Thread = uint.MaxValue - 1;

    /// <summary>Writes facts as nettrace objects.</summary>
    /// <param name="file">The file, at the end of its objects.</param>
    /// <param name="now">A moment after the last event of the file, in ticks of the target's clock.</param>
    /// <param name="host">What is known of the machine.</param>
    /// <param name="facts">The facts, with times in ticks of the target's clock.</param>
    public static void Write(Stream file, long now, (int Cpus, int MachineCpus, double QuotaCpus) host, IReadOnlyList<HostFact> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var to = new SampleBlockWriter(file, now, SampleBlockWriter.HostKinds, Thread);
        to.Begin(HostId).Int(FormatVersion).Int(host.Cpus).Int(host.MachineCpus).Int((int)(host.QuotaCpus * 1000)).End();
        foreach (var f in facts)
        {
            to.Begin(FactId).Long(f.Time).Long(f.BusyNs).Long(f.IdleNs).Long(f.StolenNs).Long(f.PressureNs).Int(f.Load < 0 ? -1 : (int)(f.Load * 100)).Int(f.Threads)
                .Long(f.WorkingSetBytes).Long(f.CpuNs).Long(f.QueueNs).Long(f.MachineCpuNs).Long(f.MachineQueueNs).Long(f.WorstQueueNs).Long(f.Throttled).Long(f.ThrottledNs).End();
        }
        to.Flush();
    }
}
