namespace Gmp.Tool.Targets;

/// <summary>What the operating system says about processes. A seam: tests stand in for other users and other systems.</summary>
internal interface IProcessTable
{
    /// <summary>Where diagnostics ports of this user are looked for: a folder, or the pipe namespace on Windows.</summary>
    string DiagnosticsDirectory { get; }

    /// <summary>The user that the tool runs as, or null where users have no number.</summary>
    int? OwnUser { get; }

    /// <summary>Processes that publish a diagnostics port, without the tool itself.</summary>
    IReadOnlyList<int> WithDiagnosticsPort();

    /// <summary>Processes that run goroutines as far as their threads' names tell; empty where names cannot be read.</summary>
    IReadOnlyList<int> WithSchedulerThread();

    /// <summary>Is there such a process?</summary>
    bool Exists(int id);

    /// <summary>The user that it runs as, or null for unknown.</summary>
    int? UserOf(int id);

    /// <summary>Is a .NET runtime mapped into it? Null for unknown.</summary>
    bool? HasDotnetRuntime(int id);

    /// <summary>Does it run goroutines? Null for unknown.</summary>
    bool? RunsGoroutines(int id);

    /// <summary>Name and command line, as far as they can be read.</summary>
    TargetProcess Describe(int id);
}
