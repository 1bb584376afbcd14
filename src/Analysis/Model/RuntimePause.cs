namespace Gmp.Analysis.Model;

/// <summary>A time in which the .NET runtime let no thread of the target run managed code, as its own events tell it.</summary>
/// <param name="Start">When it asked the threads to stop, ns since the trace's start.</param>
/// <param name="End">When they went on.</param>
/// <param name="IsCollection">True if the garbage collector asked for it; false for a debugger, a sampler and the like.</param>
public readonly record struct RuntimePause(long Start, long End, bool IsCollection)
{
    /// <summary>How long, ns.</summary>
    public long DurationNs => End - Start;
}
