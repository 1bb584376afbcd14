using Microsoft.CodeAnalysis;

namespace Gmp.Analyzers;

/// <summary>Reads of what only others change: clocks, cancellations, tasks, and fields that are read because another thread writes them.</summary>
internal static class OutsideState
{
    private static readonly HashSet<string> s_reads =
    [
        "System.Threading.Volatile.Read", "System.Threading.Interlocked.Read", "System.Threading.Thread.VolatileRead",
        "System.Diagnostics.Stopwatch.GetTimestamp", "System.Diagnostics.Stopwatch.GetElapsedTime",
        "System.Diagnostics.Stopwatch.Elapsed", "System.Diagnostics.Stopwatch.ElapsedMilliseconds", "System.Diagnostics.Stopwatch.ElapsedTicks",
        "System.DateTime.Now", "System.DateTime.UtcNow", "System.DateTimeOffset.Now", "System.DateTimeOffset.UtcNow",
        "System.Environment.TickCount", "System.Environment.TickCount64",
        "System.Threading.CancellationToken.IsCancellationRequested", "System.Threading.CancellationTokenSource.IsCancellationRequested",
        "System.Threading.Tasks.Task.IsCompleted", "System.Threading.Tasks.Task.IsCompletedSuccessfully",
        "System.Threading.Tasks.Task.IsFaulted", "System.Threading.Tasks.Task.IsCanceled", "System.Threading.Tasks.Task.Status",
        "System.Threading.ManualResetEventSlim.IsSet", "System.Threading.CountdownEvent.IsSet", "System.Diagnostics.Process.HasExited",
    ];

    internal static bool IsRead(ISymbol member) =>
        // The name first: it is at hand, and almost never one of these.
        member.ContainingType is { } type && s_reads.Contains($"{type.ContainingNamespace}.{type.Name}.{member.Name}");
}
