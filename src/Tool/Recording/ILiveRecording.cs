namespace Gmp.Tool.Recording;

/// <summary>A recording that goes on, as a screen sees it. All members may be used from any thread and never wait.</summary>
public interface ILiveRecording
{
    /// <summary>What is recorded: the name of the program. From the target, so escape it.</summary>
    string Title { get; }

    /// <summary>The recorded process.</summary>
    int ProcessId { get; }

    /// <summary>The file that grows.</summary>
    string OutputPath { get; }

    /// <summary>Bytes in the file so far.</summary>
    long BytesWritten { get; }

    /// <summary>The file is complete: nothing more is appended.</summary>
    bool HasEnded { get; }

    /// <summary>Why it ended, in a sentence; null while it goes on.</summary>
    string? EndReason { get; }

    /// <summary>Asks the recording to end. What the target still buffers is fetched first, so <see cref="HasEnded"/> follows a little later.</summary>
    void RequestStop();
}
