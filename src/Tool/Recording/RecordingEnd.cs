namespace Gmp.Tool.Recording;

/// <summary>How a recording ended.</summary>
internal enum RecordingEnd
{
    /// <summary>Somebody asked: Enter, a signal, the screen.</summary>
    Requested,

    /// <summary>The duration was over.</summary>
    Duration,

    /// <summary>The target exited, by itself or not.</summary>
    TargetExited,

    /// <summary>The file could not be written.</summary>
    OutputFailed,

    /// <summary>The target did not answer the stop in time.</summary>
    NoAnswer,

    /// <summary>The user did not want to wait for the stop.</summary>
    Aborted,
}
