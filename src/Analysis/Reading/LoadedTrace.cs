using Gmp.Analysis.Model;

namespace Gmp.Analysis.Reading;

/// <summary>
/// A trace as far as it was read. While a <see cref="TraceFollower"/> still feeds it, hold <see cref="TraceModel.Gate"/> to read either part.
/// </summary>
/// <param name="Model">What happened: lanes, goroutines, slices, waits.</param>
/// <param name="Info">What is in the file and what is missing from it.</param>
public sealed record LoadedTrace(TraceModel Model, TraceInfo Info);
