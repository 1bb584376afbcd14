using System.Runtime.InteropServices;

namespace Gmp.Tool.Recording;

/// <summary>
/// SIGXFSZ, which a write past the user's limit of file sizes (<c>ulimit -f</c>) raises and which ends a process that does not handle it.
/// Handled, the write fails as on a full disk, and the recording is closed in order.
/// </summary>
internal static class FileSizeSignal
{
    private const PosixSignal FileTooLarge = (PosixSignal)25;   // the same number on Linux and macOS

    private static readonly PosixSignalRegistration? s_registration =
        OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(FileTooLarge, static context => context.Cancel = true);

    /// <summary>From now on such a write fails, and nothing more.</summary>
    public static void MakeHarmless() => GC.KeepAlive(s_registration);
}
