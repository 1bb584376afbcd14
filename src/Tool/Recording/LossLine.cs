using System.Globalization;
using Gmp.Analysis.Reading;
using Gmp.Tool.Stdio;

namespace Gmp.Tool.Recording;

/// <summary>
/// The line that every recording ends with: how many events are missing, be it none. Counted in the file while it grows, behind the pump
/// and never in it, so that little is left to read at the end. One thread.
/// </summary>
internal sealed class LossLine(TraceRecording recording) : IDisposable
{
    // A fraction of a second's work: between two looks at the keyboard.
    private const long BytesAtOnce = 64 << 20;

    private TraceLosses? _losses;
    private bool _failed;

    /// <summary>Reads what came since.</summary>
    public void Poll() => Read(BytesAtOnce);

    /// <summary>Reads the rest of a recording that has ended, and says what is missing.</summary>
    public void Write(IStdio stdio)
    {
        Read(long.MaxValue);
        stdio.Error.WriteLine("Events lost    : " + Text());
    }

    public void Dispose() => _losses?.Dispose();

    private string Text()
    {
        if (_losses is null || _failed || (_losses.BytesRead == 0 && recording.BytesWritten > 0))
            return "unknown, the output cannot be read back";
        string count = _losses.EventsLost.ToString("N0", CultureInfo.InvariantCulture);
        if (_losses.EventsLost == 0)
            return count;
        string batches = _losses.BatchesLost > 0 ? $", {_losses.BatchesLost.ToString("N0", CultureInfo.InvariantCulture)} of them batches of scheduler events" : "";
        return $"{count}{batches} (the target's buffer was full; --buffersize gives it more room)";
    }

    private void Read(long mostBytes)
    {
        // A pipe would lose to this reader what its own is to get.
        if (_failed || !recording.CanBeReadBack)
            return;
        try
        {
            _losses ??= new TraceLosses(recording.OutputPath);
            _losses.Poll(mostBytes);
        }
        catch (TraceFormatException)
        {
            _failed = true;
        }
    }
}
