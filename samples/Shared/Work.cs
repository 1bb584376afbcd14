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

    /// <summary>Does the same piece of work <paramref name="count"/> times, however long that takes.</summary>
    public static void Times(int count)
    {
        uint checksum = s_sink;
        for (int n = 0; n < count; n++)
        {
            for (uint i = 0; i < 1000; i++)
                checksum = (checksum * 31) + i;
        }
        s_sink = checksum;
    }

    /// <summary>How many pieces fit into <paramref name="duration"/> where nothing comes between: by the best of many tries.</summary>
    public static int TimesIn(TimeSpan duration)
    {
        const int Pieces = 50;
        var best = TimeSpan.MaxValue;
        for (int i = 0; i < 500; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            Times(Pieces);
            var took = Stopwatch.GetElapsedTime(begin);
            best = took < best ? took : best;
        }
        return (int)(Pieces * duration / best);
    }
}
