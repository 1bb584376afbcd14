namespace Gmp.Tool.Recording;

/// <summary>Several additions to one recording, written one behind the other.</summary>
internal sealed class RecordingAdditions(IReadOnlyList<IRecordingAddition> all) : IRecordingAddition
{
    public void Begin(ILiveRecording recording)
    {
        foreach (var addition in all)
            addition.Begin(recording);
    }

    public void WriteTo(Stream file, CancellationToken hurry)
    {
        foreach (var addition in all)
            addition.WriteTo(file, hurry);
    }

    public void Dispose()
    {
        foreach (var addition in all)
            addition.Dispose();
    }
}
