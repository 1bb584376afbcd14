namespace Gmp.Tool.Ports;

/// <summary>What a .NET runtime says of itself. From the target, so escape it.</summary>
/// <param name="ProcessId">Its process, as it is numbered where the runtime runs.</param>
/// <param name="CommandLine">How it was started.</param>
/// <param name="Assembly">The program's assembly; empty while the runtime has not come so far.</param>
/// <param name="Version">The runtime's version, <c>10.0.1</c>.</param>
internal sealed record RuntimeIdentity(int ProcessId, string CommandLine, string Assembly, string Version)
{
    /// <summary>The process as it is numbered here; null if that is not known.</summary>
    public int? LocalProcessId { get; init; }
}
