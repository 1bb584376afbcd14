using System.Runtime.InteropServices;

namespace Gmp.Analysis.Reading.Nettrace;

/// <summary>
/// Counts the events that the target's runtime dropped: each thread numbers what it writes, dropped events included, so a gap is a loss.
/// </summary>
/// <remarks>
/// A lower bound. What a thread lost before its first event in the file is not seen, and a thread id may be given to a new thread, whose
/// numbers start again: a step back is taken for that and not for a loss.
/// </remarks>
internal sealed class CaptureThreads
{
    private readonly Dictionary<long, int> _last = [];

    /// <summary>Events that are known to be missing.</summary>
    public long Lost { get; private set; }

    /// <summary>An event with its thread's number.</summary>
    public void Event(long thread, int number)
    {
        ref int last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, thread, out bool known);
        if (known)
            Count(last, number - 1);
        last = number;
    }

    /// <summary>The runtime says what number the thread had come to.</summary>
    public void Checkpoint(long thread, int number)
    {
        ref int last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, thread, out bool known);
        if (known)
            Count(last, number);
        last = number;
    }

    private void Count(int seen, int expected)
    {
        // A damaged number must not drown the true count.
        const int Absurd = 1 << 30;
        int lost = unchecked(expected - seen);
        if (seen != 0 && lost is > 0 and < Absurd)
            Lost += lost;
    }
}
