using System.Runtime.InteropServices;

namespace Gmp.Tool.Recording;

/// <summary>
/// Turns the signals that ask a process to end into a request to stop the recording: the first asks, the second insists. Until disposed,
/// none of them ends the tool by itself, which would lose the end of the trace.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // SIGHUP too: a terminal that closes must not cost the file's end.
    private static readonly PosixSignal[] s_signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    private readonly Action _first;
    private readonly Action _second;
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    /// <summary>Listens from now on.</summary>
    /// <param name="first">Called once, on a thread of the runtime.</param>
    /// <param name="second">Called for each signal after the first.</param>
    public StopSignals(Action first, Action second)
    {
        (_first, _second) = (first, second);
        _registrations = [.. s_signals.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
            _first();
        else
            _second();
    }
}
