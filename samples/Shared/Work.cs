using System.Diagnostics;

namespace Samples;

/// <summary>Work that costs time and has no scheduling point: arithmetic, and a look at the clock now and then.</summary>
internal static class Work
{
    private static uint s_sink;

    /// <summary>Computes for <paramref name="duration"/> and returns when it began, as a Stopwatch timestamp.</summary>
    public static long For(TimeSpan duration)
    {
        long begin = Stopwatch.GetTimestamp();
        uint checksum = s_sink;
        do
        {
            for (uint i = 0; i < 1000; i++)
                checksum = (checksum * 31) + i;
        }
        while (Stopwatch.GetElapsedTime(begin) < duration);
        // Kept where anybody could read it, or the JIT would be free to drop the loop.
        s_sink = checksum;
        return begin;
    }
}
