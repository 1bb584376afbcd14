using System.Globalization;
using Gmp.Tool.Ports;

namespace Gmp.Tool.Targets;

/// <summary>
/// Looks through the processes of a Linux machine for those with a .NET runtime, by the names of their threads and by the sockets of
/// diagnostics ports, and finds out what stands in the way of recording each. No process is stopped or changed by it.
/// </summary>
/// <param name="folder">Where ports of processes with our own TMPDIR are.</param>
internal sealed class ProcessSurvey(string folder)
{
    private const string SocketPrefix = "dotnet-diagnostic-", SocketSuffix = "-socket";

    // All ports are asked at once, so this is what the slowest of them may cost.
    private static readonly TimeSpan s_askLimit = TimeSpan.FromMilliseconds(200);

    private readonly string? _ownMounts = ProcFs.MountNamespace("self");

    /// <summary>Sockets in the folder whose processes are gone: each was killed before it could delete its own.</summary>
    public int DeadSockets { get; private set; }

    /// <summary>Every process that has a .NET runtime, without the tool itself, by id.</summary>
    /// <param name="describe">Name and command line.</param>
    public IReadOnlyList<ProcessFacts> Run(Func<int, TargetProcess> describe)
    {
        var sockets = Sockets(folder);
        DeadSockets = sockets.Sum(s => s.Value.Count);
        var looks = new List<Task<ProcessFacts>>();
        foreach (int id in ProcFs.Processes().Where(id => id != Environment.ProcessId))
        {
            string? live = LivePort(id, sockets.GetValueOrDefault(id));
            if (live is not null)
                DeadSockets--;
            if (ProcFs.Threads(id) is not { } threads)
                continue;
            if (live is not null || threads.HasFlag(RuntimeThreads.Runtime))
                looks.Add(LookAsync(describe(id), threads, live));
        }
        return [.. Task.WhenAll(looks).GetAwaiter().GetResult().OrderBy(f => f.Process.Id)];
    }

    /// <summary>One process, whatever it is.</summary>
    public ProcessFacts Look(TargetProcess process)
    {
        int id = process.Id;
        string? live = LivePort(id, Sockets(folder).GetValueOrDefault(id));
        return LookAsync(process, ProcFs.Threads(id) ?? RuntimeThreads.None, live).GetAwaiter().GetResult();
    }

    private async Task<ProcessFacts> LookAsync(TargetProcess process, RuntimeThreads threads, string? port)
    {
        int id = process.Id;
        var environment = ProcFs.Environment(id);
        bool otherFiles = ProcFs.MountNamespace(id.ToString(CultureInfo.InvariantCulture)) is string mounts && mounts != _ownMounts;
        string temp = environment?.GetValueOrDefault("TMPDIR") is { Length: > 0 } own ? Path.TrimEndingDirectorySeparator(own) : "/tmp";
        if (environment is not null && (otherFiles || temp != folder))
            port = PortBehind(id, temp, otherFiles) ?? (otherFiles ? null : port);
        bool stopped = ProcFs.Status(id, "State") is ['T' or 't', ..];
        var answer = port is null ? PortAnswer.None : PortAnswer.NotAsked;
        RuntimeIdentity? identity = null;
        // One that is stopped could not take the question back when it goes on.
        if (port is not null && !stopped)
            (answer, identity) = await PortProbe.AskAsync(port, s_askLimit).ConfigureAwait(false);
        bool serves = threads.HasFlag(RuntimeThreads.Port);
        return new ProcessFacts(process)
        {
            User = UserOf(id),
            IsDotnet = threads.HasFlag(RuntimeThreads.Runtime) || answer is PortAnswer.Answers or PortAnswer.TooOld || HasCoreClr(id) == true,
            RunsGoroutines = threads.HasFlag(RuntimeThreads.Scheduler),
            ServesPort = serves,
            HasCoreClr = answer == PortAnswer.None && !serves ? HasCoreClr(id) : null,
            IsStopped = stopped,
            IsSuspended = serves && !threads.HasFlag(RuntimeThreads.Started),
            Port = answer,
            PortPath = port ?? "",
            Runtime = identity?.Version ?? "",
            SwitchedOffBy = environment is null ? null : SwitchedOff(environment),
            WaitsFor = environment is null ? null : Waits(environment),
            TempFolder = environment is null ? null : temp,
            HasOtherFiles = otherFiles,
        };
    }

    /// <summary>The user of a process: a diagnostics port belongs to the effective one. Null for unknown.</summary>
    public static int? UserOf(int id) =>
        // "real	effective	saved	file system"
        ProcFs.Status(id, "Uid")?.Split('\t', StringSplitOptions.RemoveEmptyEntries) is [_, var effective, ..]
            && int.TryParse(effective, NumberStyles.None, CultureInfo.InvariantCulture, out int user) ? user : null;

    /// <summary>A runtime is mapped into it from a file of its own. Null for unknown.</summary>
    public static bool? HasCoreClr(int id)
    {
        try
        {
            return File.ReadLines($"/proc/{id}/maps").Any(line =>
                line.Contains("libcoreclr", StringComparison.Ordinal) || line.Contains("libclrjit", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The key in a socket's name is the start time of the process that made it: another one's is of an earlier process with this id.
    private static string? LivePort(int id, List<(string Key, string Path)>? sockets)
    {
        if (sockets is null || ProcFs.StartTime(id) is not string start)
            return null;
        return sockets.Find(s => s.Key == start).Path;
    }

    // In the process's own view of the file system, and under the number that it has there.
    private static string? PortBehind(int id, string temp, bool otherFiles)
    {
        string root = otherFiles ? $"/proc/{id}/root" : "";
        int inside = ProcFs.Status(id, "NSpid")?.Split('\t', StringSplitOptions.RemoveEmptyEntries) is [.., var last]
            && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : id;
        return LivePort(id, Sockets(root + temp).GetValueOrDefault(inside));
    }

    private static Dictionary<int, List<(string Key, string Path)>> Sockets(string folder)
    {
        var found = new Dictionary<int, List<(string, string)>>();
        try
        {
            foreach (string path in Directory.EnumerateFiles(folder, SocketPrefix + "*" + SocketSuffix))
            {
                string[] parts = Path.GetFileName(path)[SocketPrefix.Length..^SocketSuffix.Length].Split('-');
                if (parts is not [var process, var key] || !int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                    continue;
                if (!found.TryGetValue(id, out var list))
                    found[id] = list = [];
                list.Add((key, path));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No such folder, or not this user's: no ports in it that could be used.
        }
        return found;
    }

    private static string? SwitchedOff(IReadOnlyDictionary<string, string> environment)
    {
        foreach (string name in (string[])["EnableDiagnostics", "EnableDiagnostics_IPC"])
        {
            foreach (string prefix in (string[])["DOTNET_", "COMPlus_"])
            {
                if (environment.TryGetValue(prefix + name, out string? value) && value.Trim() == "0")
                    return $"{prefix}{name}=0";
            }
        }
        return null;
    }

    // "address[,type][,suspend|nosuspend]", separated by semicolons; suspend is the default.
    private static string? Waits(IReadOnlyDictionary<string, string> environment)
    {
        string ports = environment.GetValueOrDefault("DOTNET_DiagnosticPorts") ?? "";
        string? waiting = ports.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .FirstOrDefault(port => !port.Split(',').Skip(1).Any(word => word.Trim().Equals("nosuspend", StringComparison.OrdinalIgnoreCase)));
        return waiting?.Split(',')[0].Trim();
    }
}
