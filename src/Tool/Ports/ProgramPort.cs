using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Ports;

/// <summary>
/// A diagnostics port at which the tool listens, and to which programs come that were started with its address in
/// <c>DOTNET_DiagnosticPorts</c>. The first runtime that comes is the one to record. Disposing closes the port.
/// </summary>
internal abstract class ProgramPort : IDisposable
{
    /// <summary>The variable that a runtime finds its ports in.</summary>
    public const string Variable = "DOTNET_DiagnosticPorts";

    /// <summary>The first runtime that came.</summary>
    public abstract Task<PortCaller> Caller { get; }

    /// <summary>Other processes that came, in the order in which they did: each was let go, unrecorded.</summary>
    public abstract IReadOnlyList<int> Others { get; }

    /// <summary>Opens a port.</summary>
    /// <param name="address">A path; the name of a pipe on Windows.</param>
    /// <exception cref="IOException">Something else is there, or cannot be made there.</exception>
    public static ProgramPort Open(string address) => OperatingSystem.IsWindows() ? new PipePort(address) : new SocketPort(address);

    public abstract void Dispose();

    /// <summary>Named pipes, by the client library's own server, which knows the first process only and keeps others waiting.</summary>
    private sealed class PipePort : ProgramPort
    {
        private readonly CancellationTokenSource _closing = new();
        private readonly Task<DiagnosticsClientConnector> _connecting;

        public PipePort(string name)
        {
            _connecting = DiagnosticsClientConnector.FromDiagnosticPort(name, _closing.Token);
            Caller = AcceptAsync();
        }

        public override Task<PortCaller> Caller { get; }

        public override IReadOnlyList<int> Others => [];

        public override void Dispose()
        {
            _closing.Cancel();
            if (_connecting.IsCompletedSuccessfully)
                _connecting.Result.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
            _closing.Dispose();
        }

        private async Task<PortCaller> AcceptAsync() => new((await _connecting.ConfigureAwait(false)).Instance, null);
    }
}
