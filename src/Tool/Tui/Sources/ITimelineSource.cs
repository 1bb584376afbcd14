using Gmp.Analysis.Model;

namespace Gmp.Tool.Tui.Sources;

/// <summary>
/// What the screen shows: a recording that still runs, or a file. The members are read on the UI thread for each frame, under the model's
/// gate; texts come from a target or a file and are not yet safe for a terminal.
/// </summary>
internal interface ITimelineSource
{
    TraceModel Model { get; }

    /// <summary>More may come.</summary>
    bool IsLive { get; }

    /// <summary>The name of the process, or of the file.</summary>
    string Title { get; }

    /// <summary>The target's process id; 0 if the trace does not say.</summary>
    int ProcessId { get; }

    /// <summary>Bytes in the file by now.</summary>
    long Bytes { get; }

    /// <summary>Events and batches that are known to be missing.</summary>
    long EventsLost { get; }

    /// <summary>One sentence on why nothing more comes or why the picture stands still, or null while all is well.</summary>
    string? Notice { get; }

    /// <summary>How long a goroutine of a scheduler may run before sysmon takes its P, ns.</summary>
    long SliceOf(int scheduler);
}
