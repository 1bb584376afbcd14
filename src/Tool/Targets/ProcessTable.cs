using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Targets;

/// <summary>
/// The process table of this machine. Linux tells more (threads' names, users, command lines) through <c>/proc</c>; elsewhere the answer
/// is "unknown" and the session itself finds out. Any process may vanish between two looks, so every read takes a failure for "unknown".
/// </summary>
internal sealed class ProcessTable : IProcessTable
{
    // The kernel keeps 15 characters of a thread's name; this one is shorter.
    private const string SchedulerThread = "gmp-sysmon";

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

    public IReadOnlyList<int> WithSchedulerThread()
    {
        if (!OperatingSystem.IsLinux())
            return [];
        var found = new List<int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && RunsGoroutines(id) == true)
                found.Add(id);
        }
        found.Sort();
        return found;
    }

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

    public int? UserOf(int id)
    {
        // "Uid:	real	effective	saved	file system"; a diagnostics port belongs to the effective one.
        string? line = StatusLine(id, "Uid:");
        string[]? numbers = line?.Split('\t', StringSplitOptions.RemoveEmptyEntries);
        return numbers is [_, var effective, ..] && int.TryParse(effective, NumberStyles.None, CultureInfo.InvariantCulture, out int user) ? user : null;
    }

    public bool? HasDotnetRuntime(int id) =>
        Read(() => File.ReadLines($"/proc/{id}/maps").Any(line => line.Contains("libcoreclr", StringComparison.Ordinal)
            || line.Contains("libclrjit", StringComparison.Ordinal)));

    public bool? RunsGoroutines(int id) =>
        Read(() => Directory.EnumerateDirectories($"/proc/{id}/task").Any(task => ThreadName(task) == SchedulerThread));

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

    private static string? ThreadName(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;   // this thread ended; the others still count
        }
    }

    private static string? StatusLine(int id, string key)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool? Read(Func<bool> look)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return look();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
