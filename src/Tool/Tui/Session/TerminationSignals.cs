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
    private readonly ManualResetEventSlim _hungUp = new();
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

    /// <summary>Set once the terminal is gone: nothing can be restored, and whoever waits for a key waits for ever.</summary>
    public WaitHandle HungUp => _hungUp.WaitHandle;

    /// <summary>Gives the signals back. The event stays: a handler may be running still.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (signal == PosixSignal.SIGHUP)
            _hungUp.Set();
        Action? leave;
        lock (_lock)
            (leave, _requested) = (_leave, true);
        leave?.Invoke();
    });
}
