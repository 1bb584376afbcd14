using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gmp.Tool.Ports;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Targets;

/// <summary>
/// The process table of this machine. Linux tells more (threads' names, users, command lines) through <c>/proc</c>; elsewhere the answer
/// is "unknown" and the session itself finds out. Any process may vanish between two looks, so every read takes a failure for "unknown".
/// </summary>
internal sealed class ProcessTable : IProcessTable
{
    public string DiagnosticsDirectory => OperatingSystem.IsWindows() ? @"\\.\pipe\" : Path.TrimEndingDirectorySeparator(Path.GetTempPath());

    public int? OwnUser => UserOf(Environment.ProcessId);

    public IReadOnlyList<int> WithDiagnosticsPort()
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return [.. DiagnosticsClient.GetPublishedProcesses().Where(id => id != Environment.ProcessId).Distinct().Order()];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && attempt < 5)
            {
                // The library gives up on all of them when one process vanishes while it looks.
            }
        }
    }

    public Survey Survey()
    {
        if (!OperatingSystem.IsLinux())
        {
            return new Survey([.. WithDiagnosticsPort().Select(Look)], 0);
        }
        var survey = new ProcessSurvey(DiagnosticsDirectory);
        var found = survey.Run(Describe);
        return new Survey(found, survey.DeadSockets);
    }

    public ProcessFacts Look(int id) => OperatingSystem.IsLinux()
        ? new ProcessSurvey(DiagnosticsDirectory).Look(Describe(id))
        : new ProcessFacts(Describe(id)) { Port = WithDiagnosticsPort().Contains(id) ? PortAnswer.NotAsked : PortAnswer.None };

    public bool Exists(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public int? UserOf(int id) => OperatingSystem.IsLinux() ? ProcessSurvey.UserOf(id) : null;

    public TargetProcess Describe(int id)
    {
        string[] arguments = Arguments(id);
        string process = ProcessName(id);
        return new TargetProcess(id, ProgramName(process, arguments), string.Join(' ', arguments));
    }

    /// <summary>What people call a program: for <c>dotnet [exec] App.dll</c> the app, otherwise the process.</summary>
    internal static string ProgramName(string process, IReadOnlyList<string> arguments)
    {
        if (!process.Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            return process;
        // The first .dll is the app: the host's own options before it (--depsfile, --roll-forward) name no .dll.
        string? app = arguments.Skip(1).FirstOrDefault(a => a.EndsWith(".dll", StringComparison.OrdinalIgnoreCase));
        return app is null ? process : Path.GetFileNameWithoutExtension(app);
    }

    private static string ProcessName(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.ProcessName;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return "";
        }
    }

    private static string[] Arguments(int id)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                string line = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{id}/cmdline"));
                return line.TrimEnd('\0').Split('\0', StringSplitOptions.None);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return [];
            }
        }
        try
        {
            using var process = Process.GetProcessById(id);
            return process.MainModule?.FileName is string file ? [file] : [];
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return [];
        }
    }
}
