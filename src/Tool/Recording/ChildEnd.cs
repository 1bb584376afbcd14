using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gmp.Tool.Recording;

/// <summary>Ends a program that we started: it is asked, and after a while it is not asked any more.</summary>
internal static partial class ChildEnd
{
    private const int SigTerm = 15;
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    /// <summary>Returns when the process is gone.</summary>
    public static void Stop(Process process)
    {
        try
        {
            if (process.HasExited)
                return;
            if (!OperatingSystem.IsWindows() && Kill(process.Id, SigTerm) == 0 && process.WaitForExit(s_grace))
                return;
            process.Kill(entireProcessTree: true);
            process.WaitForExit(s_grace);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended meanwhile.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
