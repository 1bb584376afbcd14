using Gmp.Analysis.Model;
using Gmp.Tracing;

namespace Gmp.Analysis.Watching;

/// <summary>What is remembered of a goroutine that is alive: enough to judge, and to name it.</summary>
internal sealed class WatchedGoroutine(long id)
{
    /// <summary>Not known.</summary>
    public const long Unknown = long.MinValue;

    public long Id { get; } = id;

    public string Name { get; set; } = "";

    public SourceSite? Site { get; set; }

    public GoStatus Status { get; set; }

    /// <summary>When it became runnable or started to run, in ticks, or <see cref="Unknown"/>.</summary>
    public long Since { get; set; } = Unknown;

    /// <summary>The P that it runs on, or -1.</summary>
    public int Processor { get; set; } = -1;

    /// <summary>While it runs: what sysmon measured last of this slice.</summary>
    public long ObservedNs { get; set; }

    public long OnCpuNs { get; set; }

    public bool WasReported { get; set; }

    /// <summary>While it runs: how many had waited when the slice began.</summary>
    public long WaitsBefore { get; set; }

    /// <summary>It was told of in this slice or wait: once is enough.</summary>
    public bool IsTold { get; set; }

    public string Label => (Name.Length == 0 ? $"G{Id}" : $"G{Id} \"{Name}\"") + (Site is { Line: > 0 } site ? $" ({site.Short})" : "");
}
