using System.Diagnostics.Tracing;

namespace Gmp.Tests.Obedient;

/// <summary>A provider of the program's own, whose events can be counted.</summary>
[EventSource(Name = "Gmp-Tests-Spam")]
internal sealed class Spam : EventSource
{
    public static readonly Spam Log = new();

    [Event(1, Level = EventLevel.Informational)]
    public void Number(int number) => WriteEvent(1, number);
}
