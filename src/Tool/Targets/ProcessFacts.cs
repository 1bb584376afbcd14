using Gmp.Tool.Ports;

namespace Gmp.Tool.Targets;

/// <summary>What can be found out about a process from outside, without touching it; what cannot be is null, false or empty.</summary>
/// <param name="Process">Its id, name and command line.</param>
internal sealed record ProcessFacts(TargetProcess Process)
{
    /// <summary>The user that it runs as.</summary>
    public int? User { get; init; }

    /// <summary>A .NET runtime is in it. Null for unknown.</summary>
    public bool? IsDotnet { get; init; }

    /// <summary>It runs goroutines. Null for unknown.</summary>
    public bool? RunsGoroutines { get; init; }

    /// <summary>Its runtime has the thread that serves a diagnostics port.</summary>
    public bool ServesPort { get; init; }

    /// <summary>A runtime that lies in a file of its own; false for a program that has it built in. Null for unknown.</summary>
    public bool? HasCoreClr { get; init; }

    /// <summary>Its runtime waits, before the program's first instruction, until a tool lets it go on.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Every thread is stopped: SIGSTOP, or a debugger.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Its diagnostics port.</summary>
    public PortAnswer Port { get; init; }

    /// <summary>The port's socket, or empty.</summary>
    public string PortPath { get; init; } = "";

    /// <summary>The runtime's version, if it answered.</summary>
    public string Runtime { get; init; } = "";

    /// <summary>The setting that switches its diagnostics off, as it stands in its environment: <c>DOTNET_EnableDiagnostics=0</c>.</summary>
    public string? SwitchedOffBy { get; init; }

    /// <summary>The port of a tool that it waits for, as it stands in its environment.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>The folder that it puts sockets into; null if its environment cannot be read.</summary>
    public string? TempFolder { get; init; }

    /// <summary>It has another view of the file system than the tool: a container, or a private /tmp.</summary>
    public bool HasOtherFiles { get; init; }
}
