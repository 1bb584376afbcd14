using System.Collections.Frozen;
using Gmp.Analysis.Model;
using Gmp.Analysis.Simulation;

namespace Gmp.Analysis.Reading;

/// <summary>
/// A trace as far as it was read. While a <see cref="TraceFollower"/> still feeds it, hold <see cref="TraceModel.Gate"/> to read either part.
/// </summary>
/// <param name="Model">What happened: lanes, goroutines, slices, waits.</param>
/// <param name="Info">What is in the file and what is missing from it.</param>
public sealed record LoadedTrace(TraceModel Model, TraceInfo Info)
{
    /// <summary>A part of the work of each scheduler, by its number, for replays. Of files that were read to their end; none of a live trace.</summary>
    public IReadOnlyDictionary<int, Workload> Workloads { get; init; } = FrozenDictionary<int, Workload>.Empty;
}
