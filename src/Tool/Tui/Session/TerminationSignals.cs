using System.Runtime.InteropServices;

namespace Gmp.Tool.Tui.Session;

/// <summary>
/// Turns SIGTERM, SIGINT and SIGHUP into a request to leave. Left alone, they end the process at once, and the shell gets a terminal back
/// with the alternate screen on, the cursor hidden and the mouse reporting.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration[] _registrations;
    private Action? _leave;
    private bool _requested;

    public TerminationSignals() =>
        _registrations = [Register(PosixSignal.SIGTERM), Register(PosixSignal.SIGINT), Register(PosixSignal.SIGHUP)];

    /// <summary>Says what to do; done at once if a signal came before. It is called on any thread, once for each signal.</summary>
    public void OnRequest(Action leave)
    {
        bool requested;
        lock (_lock)
            (_leave, requested) = (leave, _requested);
        if (requested)
            leave();
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        Action? leave;
        lock (_lock)
            (leave, _requested) = (_leave, true);
        leave?.Invoke();
    });
}
