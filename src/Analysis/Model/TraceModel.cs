namespace Gmp.Analysis.Model;

/// <summary>
/// A trace as people see it: lanes of spans and goroutines. A live trace is one that is not finished yet: its builder appends under
/// <see cref="Gate"/> and raises <see cref="Version"/>; whoever reads a live model holds the gate.
/// </summary>
public sealed class TraceModel
{
    private readonly List<GoroutineInfo> _goroutines = [];
    private readonly List<Lane> _lanes = [];

    /// <summary>Hold it to read a live model. A finished one needs none.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Grows with every change. May be read without the gate.</summary>
    public long Version => Volatile.Read(ref _version);
    private long _version;

    /// <summary>Tells readers that there is something new. Called by the builder, which holds the gate.</summary>
    internal void Changed() => Volatile.Write(ref _version, _version + 1);

    /// <summary>The time of the last record, ns since the first.</summary>
    public long Duration { get; internal set; }

    /// <summary>Lanes: Ps by number, then Ms that ran without a P.</summary>
    public IReadOnlyList<Lane> Lanes => _lanes;

    /// <summary>Goroutines by <see cref="GoroutineInfo.Index"/>.</summary>
    public IReadOnlyList<GoroutineInfo> Goroutines => _goroutines;
}
