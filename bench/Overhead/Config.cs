using System.Diagnostics.Tracing;
using Gmp.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Bench.Overhead;

/// <summary>A way to be recorded.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Session">What is asked of the target; null for nothing.</param>
internal sealed record Config(string Name, EventPipeSessionConfiguration? Session)
{
    private const int BufferMegabytes = 256;   // what both tools ask for

    internal static Config Off { get; } = new("off", null);

    /// <summary>As dotnet gmp-trace does.</summary>
    internal static Config Batches { get; } = Of("batches",
        GmpEventSource.Keywords.Batches | GmpEventSource.Keywords.Status | GmpEventSource.Keywords.Heartbeat, EventLevel.Informational, stacks: false);

    internal static Config Transitions { get; } = Of("transitions", GmpEventSource.Keywords.Transitions, EventLevel.Informational, stacks: false);

    /// <summary>As dotnet-trace does where nothing but the provider is named: every keyword and level, with stacks.</summary>
    internal static Config DotnetTrace { get; } = Of("dotnet-trace", EventKeywords.All, EventLevel.Verbose, stacks: true);

    internal static IReadOnlyList<Config> Recorded { get; } = [Batches, Transitions, DotnetTrace];

    private static Config Of(string name, EventKeywords keywords, EventLevel level, bool stacks) => new(name,
        new EventPipeSessionConfiguration([new EventPipeProvider(GmpEventSource.ProviderName, level, (long)keywords)], BufferMegabytes,
            requestRundown: false, requestStackwalk: stacks));
}
