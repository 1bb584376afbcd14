using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>An await that needs no wait is still a place where the scheduler may take over.</summary>
internal static class SchedulingPoint
{
    /// <summary>
    /// Whether sysmon has asked the goroutine to give way. Asked where an await could go on at once: without it a goroutine whose channels and
    /// locks are always free would be a hog.
    /// </summary>
    /// <param name="m">The calling thread's M, or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool MustGiveWay(M? m) => m is not null && m.PreemptRequested && m.CurrentG is not null;
}
