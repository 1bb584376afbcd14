using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// Who locked a lock last, for traces: a lock belongs to no goroutine, and nothing decides by this. Written by who takes the lock, right after the
/// exchange that took it, with a plain store into a cache line that it owns by then; who reads it in between is told of the one before.
/// </summary>
/// <remarks>
/// One word: the goroutine's id, above it a part of its scheduler's number, since ids are a scheduler's own, and above that a part of the generation in which
/// a <see cref="EventKind.LockTaken"/> told of it, 0 for none. Rejected: a reference to the <see cref="G"/>, whose store costs a write barrier.
/// </remarks>
internal struct LockHolder
{
    private const int IdBits = 44, SchedulerBits = 12;
    private const long IdMask = (1L << IdBits) - 1, WhoMask = (1L << (IdBits + SchedulerBits)) - 1;

    private long _word;

    /// <summary>What <see cref="Set(M)"/> adds to the ids of a scheduler's goroutines.</summary>
    internal static long TagOf(Scheduler scheduler) => (scheduler.Number & ((1L << SchedulerBits) - 1)) << IdBits;

    /// <summary>The caller has the lock; <paramref name="m"/> is its M, or null if it is no goroutine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Set(M? m) => _word = Who(m, m?.CurrentG);

    /// <summary>As <see cref="Set(M)"/>, by who gives it to a goroutine, under the gate.</summary>
    internal void Set(G g) => _word = TagOf(g.Scheduler) | (g.Id & IdMask);

    /// <summary>
    /// As <see cref="Set(M)"/>, and tells traces where others wait for the lock: they told who had it when they began to wait. Once for a holder that comes again
    /// and again while they do.
    /// </summary>
    internal void SetWhileOthersWait(M? m, ref long on)
    {
        long before = Volatile.Read(ref _word), who = Who(m, m?.CurrentG);
        if (!SchedulerTracer.IsTracing || who == 0)
        {
            Volatile.Write(ref _word, who);
            return;
        }
        long told = who | Generation;
        Volatile.Write(ref _word, told);
        if (before != told)
            m!.Scheduler.Tracer.LockTaken(m, m.CurrentG!, GoStatus.Running, ObjectIds.Of(ref on));
    }

    /// <summary>Tells traces that others wait on for a lock that the caller gave to <paramref name="g"/>, which it readies next.</summary>
    internal static void TellGiven(G g, long on)
    {
        if (SchedulerTracer.IsTracing)
            g.Scheduler.Tracer.LockTaken(M.Current is { } m && m.Scheduler == g.Scheduler ? m : null, g, GoStatus.Waiting, on);
    }

    /// <summary>The id of the goroutine that locked it last; 0 if none did, or one of another scheduler. Any thread.</summary>
    internal long Of(Scheduler scheduler)
    {
        long who = Volatile.Read(ref _word) & WhoMask;
        return who != 0 && (who & ~IdMask) == TagOf(scheduler) ? who & IdMask : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Who(M? m, G? g) => g is null ? 0 : m!.HolderTag | (g.Id & IdMask);

    // Never 0. A number that comes round again after 255 sessions could keep a lock that nobody took meanwhile from being told; its waiters are told of anyway.
    private static long Generation => (long)((uint)GmpEventSource.Generation % 255 + 1) << (IdBits + SchedulerBits);
}
