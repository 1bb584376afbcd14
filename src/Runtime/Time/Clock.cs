using System.Diagnostics;

namespace Gmp;

/// <summary>The scheduler's clock: monotonic ticks, the same as in traces.</summary>
internal static class Clock
{
    private static readonly double s_nanosecondsPerTick = 1e9 / Stopwatch.Frequency;
    private static readonly bool s_isNanoseconds = Stopwatch.Frequency == 1_000_000_000;

    internal static long Now => Stopwatch.GetTimestamp();

    internal static long ToNanoseconds(long ticks) => s_isNanoseconds ? ticks : (long)(ticks * s_nanosecondsPerTick);

    internal static long FromNanoseconds(long nanoseconds) => s_isNanoseconds ? nanoseconds : (long)(nanoseconds / s_nanosecondsPerTick);

    /// <summary>Saturates at some decades, so that "for ever" stays in the future when it is added to now.</summary>
    internal static long FromTimeSpan(TimeSpan span) => FromNanoseconds(Math.Min(span.Ticks, long.MaxValue / 1000) * 100);
}
