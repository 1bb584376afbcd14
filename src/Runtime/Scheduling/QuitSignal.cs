using System.Runtime.InteropServices;

namespace Gmp;

/// <summary>
/// SIGQUIT (Ctrl+\, on Windows Ctrl+Break) as in Go: every goroutine of the process on stderr, then the end with exit code 2. For a program that
/// hangs. While any scheduler asks for it the signal is theirs.
/// </summary>
internal static class QuitSignal
{
    /// <summary>Listens until the result is disposed; null where the platform has no such signal.</summary>
    internal static IDisposable? Listen(Scheduler scheduler)
    {
        try
        {
            return PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context =>
            {
                context.Cancel = true;
                Faults.Quit(scheduler);
            });
        }
        catch (PlatformNotSupportedException)
        {
            return null;
        }
    }
}
