using System.Diagnostics.Tracing;

namespace Gmp.Tool.Recording;

/// <summary>What every recording takes in of the .NET runtime itself: collections with the moments of their pauses, and the thread pool's threads.</summary>
internal static class RuntimeFacts
{
    private const string Name = "Microsoft-Windows-DotNETRuntime";
    private const long Collections = 0x1;
    private const long Threading = 0x10000;

    /// <summary>
    /// Some hundred events a second where a program collects and uses the pool all the time: 15 KB a second, beside several MB of goroutines. What the two
    /// keywords have beyond Informational, an event for each task and each 100 KB, would be more than all else.
    /// </summary>
    public static ProviderSpec Provider { get; } = new(Name, Collections | Threading, EventLevel.Informational, Arguments: null);
}
