using System.Buffers;
using System.Diagnostics.Tracing;

namespace Gmp.Tracing;

/// <summary>
/// The framework's event sources that are made on first use, made early. Whoever makes a source holds the initialization of its class and
/// takes EventSource's one lock for it; a session that starts holds that lock while it tells every source, ours too, and what it calls for
/// that uses these classes. The two wait for each other for ever, whoever the target's other threads are: the first task that is waited
/// for, or the first assembly that is loaded while loads are recorded, is enough. A class that is initialized already is waited for by nobody.
/// </summary>
/// <remarks>
/// .NET's own: it cured the same for FrameworkEventSource (dotnet/runtime#126591) and ArrayPoolEventSource (#119014) in later versions by
/// making them at start-up, as here. TplEventSource is the one that hung programs of ours in .NET 10.
/// </remarks>
internal static class FrameworkSources
{
    /// <summary>
    /// Returns when they are made. To be called before there is a source of ours for a session to command, and with no lock held.
    /// </summary>
    internal static void Make()
    {
        // TplEventSource: what this thread's activity is called stays as it is.
        EventSource.SetCurrentThreadActivityId(EventSource.CurrentThreadActivityId);
        // ArrayPoolEventSource.
        ArrayPool<byte>.Shared.Return(ArrayPool<byte>.Shared.Rent(1));
        // FrameworkEventSource, by the thread pool's queue.
        _ = ThreadPool.PendingWorkItemCount;
    }
}
