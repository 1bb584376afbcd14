namespace Gmp.Analysis.Model;

/// <summary>
/// An uninterrupted stretch of one goroutine: from the moment it starts to run to the scheduling point where it stops, with the P and, if
/// sysmon took the P meanwhile, without. Times are ns since the trace's start.
/// </summary>
/// <param name="Scheduler">The scheduler's number.</param>
/// <param name="Goroutine">The index in <see cref="TraceModel.Goroutines"/>.</param>
/// <param name="Processor">The P that it held, or -1 if the trace starts after that P was taken from it.</param>
/// <param name="Start">When it began to run; before 0 if the trace starts in its middle and the target told since when it ran.</param>
/// <param name="End">When it came to a scheduling point, or the end of what is known.</param>
/// <param name="RunNs">How long it ran user code in between: the length without time in system calls.</param>
/// <param name="HeldUntil">When it no longer held the P: <paramref name="End"/>, or earlier if sysmon took the P.</param>
/// <param name="ObservedNs">How long sysmon watched the slice; 0 if it never did or cannot tell.</param>
/// <param name="OnCpuNs">How much of <paramref name="ObservedNs"/> its thread was on a CPU.</param>
/// <param name="WasReported">True if sysmon reported it as a hog.</param>
/// <param name="IsOpen">True if it had not ended where the trace ends, or where records are lost.</param>
public readonly record struct Slice(
    int Scheduler, int Goroutine, int Processor, long Start, long End, long RunNs, long HeldUntil, long ObservedNs, long OnCpuNs, bool WasReported, bool IsOpen)
{
    /// <summary>The M that ran it, all of it: known for what sysmon reported; -1 for others.</summary>
    public int Machine { get; init; } = -1;

    /// <summary>
    /// How much of <see cref="ObservedNs"/> its thread slept in the kernel, for certain: in a call that the scheduler was not told of. 0 where nobody saw it sleep.
    /// </summary>
    public long SleptNs { get; init; }

    /// <summary>True if its thread slept for most of what sysmon watched.</summary>
    public bool Slept => SleptNs > ObservedNs / 2;

    /// <summary>True if it is known how much of the slice its thread was on a CPU.</summary>
    public bool HasCpuEvidence => ObservedNs > 0;

    /// <summary>The part of the time that its thread was on a CPU, 0 to 1; 0 where that is not known.</summary>
    public double OnCpuShare => ObservedNs > 0 ? Math.Clamp((double)OnCpuNs / ObservedNs, 0, 1) : 0;

    /// <summary>True if sysmon took the P from it.</summary>
    public bool LostProcessor => HeldUntil < End;
}
