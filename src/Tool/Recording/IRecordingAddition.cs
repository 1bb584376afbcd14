namespace Gmp.Tool.Recording;

/// <summary>What a recording has to say beyond what its session streamed: it goes into the same file, before its end mark.</summary>
internal interface IRecordingAddition : IDisposable
{
    /// <summary>The recording runs: its file grows from now on. Must not wait for anything.</summary>
    void Begin(ILiveRecording recording);

    /// <summary>
    /// The session has ended, and the file has its end mark. Writes whole nettrace objects from the stream's position on, or nothing. Takes a few seconds
    /// at most. A failure of the file (<see cref="IOException"/>) may go out: what was written then is taken back.
    /// </summary>
    /// <param name="file">The recording's file.</param>
    /// <param name="hurry">Cancelled if the user does not want to wait: then nothing may be asked of the target any more.</param>
    void WriteTo(Stream file, CancellationToken hurry);
}
