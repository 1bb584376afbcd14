using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Ports;

/// <summary>A runtime that came to a port of ours.</summary>
/// <param name="Client">Speaks to it, for as long as the port is open.</param>
/// <param name="Identity">Who it is, or null where it did not say.</param>
internal sealed record PortCaller(DiagnosticsClient Client, RuntimeIdentity? Identity);
