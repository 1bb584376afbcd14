using Gmp.Analysis.Model;

namespace Gmp.Analysis.Reading;

/// <summary>The part of a trace that was counted, where it is not all of it.</summary>
/// <param name="StartNs">Where it begins, ns since the trace's start.</param>
/// <param name="EndNs">Where it ends.</param>
/// <param name="Selection">What was asked for.</param>
public sealed record TracePart(long StartNs, long EndNs, TraceSelection Selection);
