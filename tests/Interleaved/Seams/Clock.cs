using Gmp.Interleaving;

namespace Gmp;

/// <summary>Stands in for the runtime's clock: virtual time, in ns, which goes on with the steps and jumps over sleeps.</summary>
internal static class Clock
{
    internal static long Now => (Carrier.Strand?.Schedule ?? Schedule.Current)?.Time ?? 0;

    internal static long ToNanoseconds(long ticks) => ticks;

    internal static long FromNanoseconds(long nanoseconds) => nanoseconds;

    internal static long FromTimeSpan(TimeSpan span) => Math.Min(span.Ticks, long.MaxValue / 1000) * 100;
}
