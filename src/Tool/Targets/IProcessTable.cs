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

    /// <summary>Every process that has a .NET runtime as far as it can be told, without the tool itself, and what stands in the way of recording it.</summary>
    Survey Survey();

    /// <summary>The same about one process, whatever it is.</summary>
    ProcessFacts Look(int id);

    /// <summary>Is there such a process?</summary>
    bool Exists(int id);

    /// <summary>The user that it runs as, or null for unknown.</summary>
    int? UserOf(int id);

    /// <summary>Name and command line, as far as they can be read.</summary>
    TargetProcess Describe(int id);
}

/// <summary>The .NET processes of a machine.</summary>
/// <param name="Processes">By id.</param>
/// <param name="DeadSockets">Sockets of diagnostics ports whose processes are gone.</param>
internal sealed record Survey(IReadOnlyList<ProcessFacts> Processes, int DeadSockets);
