namespace Gmp.Tool.Recording;

/// <summary>A recording that runs, as a screen sees it. The members may be read from any thread.</summary>
public interface ILiveRecording
{
    /// <summary>The target's name; from the target, so escape it.</summary>
    string Title { get; }

    /// <summary>The target's process id.</summary>
    int ProcessId { get; }

    /// <summary>The file that is written.</summary>
    string OutputPath { get; }

    /// <summary>Bytes written by now.</summary>
    long BytesWritten { get; }

    /// <summary>Nothing more will be written.</summary>
    bool HasEnded { get; }

    /// <summary>Why it ended, one sentence; null while it has not, or if it was asked to.</summary>
    string? EndReason { get; }

    /// <summary>Asks for the end; does not wait for it.</summary>
    void RequestStop();
}
