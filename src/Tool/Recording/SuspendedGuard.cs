using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Gmp.Tool.Recording;

/// <summary>
/// Ends a program that waits for this tool to let it run, should the tool be killed first: nobody else would ever let it run. It is a shell
/// that reads from us; the end of its input, which the system brings about however we end, is the sign.
/// </summary>
/// <remarks>
/// Rejected: PR_SET_PDEATHSIG, which must be set between fork and exec, and which the end of the starting thread triggers, not only that of
/// the process. On Windows, and where there is no <c>/bin/sh</c>, a program is not guarded.
/// </remarks>
internal sealed class SuspendedGuard : IDisposable
{
    // Signals to the whole group (Ctrl+C) are the tool's to answer.
    private const string Script =
        "trap '' HUP INT QUIT TERM; while read -r word; do [ \"$word\" = go ] && exit 0; ids=\"$ids $word\"; done; [ -z \"$ids\" ] || kill -KILL $ids";

    private readonly Process? _shell;

    private SuspendedGuard(Process? shell) => _shell = shell;

    /// <summary>Begins before the program does, so that no moment of it is unguarded.</summary>
    public static SuspendedGuard Begin()
    {
        if (OperatingSystem.IsWindows())
            return new SuspendedGuard(null);
        try
        {
            return new SuspendedGuard(Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script])
            {
                RedirectStandardInput = true,
                // Not ours, which it might outlive: whoever reads our output waits for its end.
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }));
        }
        catch (Win32Exception)
        {
            return new SuspendedGuard(null);
        }
    }

    /// <summary>From now on this process ends with the tool.</summary>
    public void Watch(int processId) => Say(processId.ToString(CultureInfo.InvariantCulture));

    /// <summary>It runs, and goes on whatever happens to the tool.</summary>
    public void LetGo() => Say("go");

    public void Dispose()
    {
        LetGo();
        _shell?.Dispose();
    }

    private void Say(string word)
    {
        try
        {
            _shell?.StandardInput.WriteLine(word);
            _shell?.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended: it was let go, or somebody killed it.
        }
    }
}
