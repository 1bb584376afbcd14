using Microsoft.CodeAnalysis;

namespace Gmp.Analyzers;

/// <summary>The rules' descriptors. Each has a page in docs/analyzers, with what it flags, what it leaves alone and why.</summary>
internal static class Rules
{
    internal const string EndlessLoopId = "GMPA001";
    internal const string BlockingCallId = "GMPA002";
    internal const string DroppedCallId = "GMPA003";
    internal const string ForeignCallerId = "GMPA004";

    private const string Category = "Goroutines";

    internal static readonly DiagnosticDescriptor EndlessLoop = Rule(
        EndlessLoopId,
        "A loop without end has no scheduling point",
        "This loop runs until something outside it changes, and never gives way: the goroutine keeps its P for a whole slice, again and again. Put 'await Yield();' into it, or wait on a channel.",
        "A goroutine cannot be stopped from outside. Between two awaits it keeps its P, and those that wait behind it lose a slice each time.");

    internal static readonly DiagnosticDescriptor BlockingCall = Rule(
        BlockingCallId,
        "A goroutine blocks its thread",
        "'{0}' blocks the thread, and with it the goroutine's P until sysmon takes it away. {1}.",
        "A call that blocks stops every goroutine in the queue of the P. Await what can be awaited, and run the rest in Blocking(...) or Syscall(...), which hand the P on.");

    internal static readonly DiagnosticDescriptor DroppedCall = Rule(
        DroppedCallId,
        "A goroutine function's call is dropped",
        "'{0}' {1}",
        "A GoTask is a call, not a concurrent operation: it is awaited once, at once, where it was called. What shall run beside the caller is started with Go(...).");

    internal static readonly DiagnosticDescriptor ForeignCaller = Rule(
        ForeignCallerId,
        "A goroutine function is awaited in a method that is none",
        "'{0}' is awaited in {1}, which gives {2}: as soon as the call has to wait, the await throws. {3}, or start the call with 'Go(() => ...)'.",
        "A GoTask that waits can be resumed by the goroutine only that called it, through methods that give a GoTask themselves. An async Task method, an async void method and an async iterator stand between them.");

    private static DiagnosticDescriptor Rule(string id, string title, string message, string description) =>
        // The page's path in the repository and in the package.
        new(id, title, message, Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, description, $"docs/analyzers/{id}.md");
}
