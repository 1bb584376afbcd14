using System.Globalization;
using System.Text;

namespace Gmp.Tool.Targets;

/// <summary>
/// What Linux tells of processes in /proc. Any of them may vanish between two looks, and some of it is other users' secret: what cannot be
/// read is null. Made for many processes at once: a file is one open and one read.
/// </summary>
internal static class ProcFs
{
    private const int SmallBytes = 4096;

    /// <summary>Every process.</summary>
    public static IEnumerable<int> Processes()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                yield return id;
        }
    }

    /// <summary>The names of the threads that a .NET runtime or our own gave a name, of at most so many threads; null if the process is gone.</summary>
    /// <remarks>The kernel keeps 15 characters. Threads stand in the order in which they were made, and a runtime makes its own early.</remarks>
    public static RuntimeThreads? Threads(int id)
    {
        // A process without a .NET thread among so many has none: a runtime's come first, unless a large host loads it late.
        const int EnoughToTell = 256;
        var found = RuntimeThreads.None;
        int seen = 0;
        Span<byte> name = stackalloc byte[32];
        try
        {
            foreach (string task in Directory.EnumerateDirectories($"/proc/{id}/task"))
            {
                int length = Read($"{task}/comm", name);
                found |= NameOf(name[..Math.Max(0, length)]);
                if (found.HasFlag(RuntimeThreads.Scheduler) || (++seen > EnoughToTell && found == RuntimeThreads.None))
                    break;
            }
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return seen > 0 ? found : null;
        }
    }

    /// <summary>A line of /proc/PID/status: what stands behind <c>Key:</c>.</summary>
    public static string? Status(int id, string key)
    {
        Span<byte> bytes = stackalloc byte[SmallBytes];
        int length = Read($"/proc/{id}/status", bytes);
        if (length <= 0)
            return null;
        foreach (var line in Encoding.UTF8.GetString(bytes[..length]).AsSpan().EnumerateLines())
        {
            if (line.Length > key.Length && line.StartsWith(key, StringComparison.Ordinal) && line[key.Length] == ':')
                return line[(key.Length + 1)..].Trim().ToString();
        }
        return null;
    }

    /// <summary>When the process was started, in ticks since the machine was: what tells it from an earlier one with the same id.</summary>
    public static string? StartTime(int id)
    {
        Span<byte> bytes = stackalloc byte[SmallBytes];
        int length = Read($"/proc/{id}/stat", bytes);
        // The name, in parentheses, may hold spaces and parentheses; behind it the start is the twentieth.
        int end = length <= 0 ? -1 : bytes[..length].LastIndexOf((byte)')');
        string[] fields = end < 0 ? [] : Encoding.ASCII.GetString(bytes[(end + 2)..length]).Split(' ');
        return fields.Length > 19 ? fields[19] : null;
    }

    /// <summary>The environment that it was started with; null if this user may not see it.</summary>
    public static IReadOnlyDictionary<string, string>? Environment(int id)
    {
        try
        {
            var variables = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (string entry in Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{id}/environ")).Split('\0'))
            {
                int equals = entry.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0)
                    variables.TryAdd(entry[..equals], entry[(equals + 1)..]);
            }
            return variables;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The view of the file system that it has; null if this user may not see it.</summary>
    public static string? MountNamespace(string process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/mnt").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static RuntimeThreads NameOf(ReadOnlySpan<byte> name) =>
        name.StartsWith("gmp-sysmon"u8) ? RuntimeThreads.Scheduler | RuntimeThreads.Runtime
        : !name.StartsWith(".NET "u8) ? RuntimeThreads.None
        : name.StartsWith(".NET EventPipe"u8) ? RuntimeThreads.Port | RuntimeThreads.Runtime
        : name.StartsWith(".NET Finalizer"u8) ? RuntimeThreads.Started | RuntimeThreads.Runtime
        : RuntimeThreads.Runtime;

    private static int Read(string path, Span<byte> bytes)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return RandomAccess.Read(file, bytes, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }
}

/// <summary>What the names of a process's threads tell.</summary>
[Flags]
internal enum RuntimeThreads
{
    /// <summary>No thread of a .NET runtime.</summary>
    None = 0,

    /// <summary>A .NET runtime is in it.</summary>
    Runtime = 1,

    /// <summary>The thread that serves the diagnostics port.</summary>
    Port = 2,

    /// <summary>The finalizer's thread, which comes after a suspension at the start.</summary>
    Started = 4,

    /// <summary>A scheduler's sysmon.</summary>
    Scheduler = 8,
}
