namespace Gmp.Analysis.Model;

/// <summary>A stretch in which nobody ran a P. Times are ns since the trace's start.</summary>
/// <param name="Start">When its M released it.</param>
/// <param name="End">When an M acquired it; <see cref="long.MaxValue"/> while none has.</param>
public readonly record struct IdlePeriod(long Start, long End);
