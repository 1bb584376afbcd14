using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Snapshots;

/// <summary>
/// Reads the stream of a session just so far that the state of every goroutine is known. One thread. A session of the keywords Batches and
/// Status gives such a stream: each scheduler tells who is there, and when it has told all.
/// </summary>
public sealed class SnapshotReader
{
    /// <summary>A scheduler may still be counted for so long after it wrote that it ended.</summary>
    private const long EndTakesNs = 50_000_000;

    private readonly TraceIngest _ingest = new();

    /// <summary>True once the process said that it has the provider of goroutines.</summary>
    public bool HasGoroutineProvider => _ingest.Info.HasGoroutineProvider;

    /// <summary>True once some scheduler told something.</summary>
    public bool HasScheduler => _ingest.Info.Schedulers.Count > 0;

    /// <summary>True once every scheduler of the process has told all of its goroutines, or has ended.</summary>
    public bool IsComplete
    {
        get
        {
            int told = 0;
            long expected = 0, countedAt = 0;
            foreach (var scheduler in _ingest.Info.Schedulers.Where(IsTold))
            {
                told++;
                if (scheduler.SchedulersThen > expected)
                    (expected, countedAt) = (scheduler.SchedulersThen, scheduler.SnapshotEndedAt!.Value);
            }
            // One that was counted and has ended since tells nothing any more.
            told += _ingest.Info.Schedulers.Count(s => !IsTold(s) && s.StoppedAt >= countedAt - EndTakesNs);
            return told > 0 && told >= expected;
        }
    }

    /// <summary>Takes the next bytes of the stream.</summary>
    /// <exception cref="TraceFormatException">They are not a nettrace.</exception>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_ingest.Reader.Space(bytes.Length));
        _ingest.Reader.Fill(bytes.Length);
        _ingest.Advance();
    }

    /// <summary>Nothing came for some ms: the target wrote all that it had.</summary>
    public void Pause()
    {
        _ingest.OnPause();
        _ingest.Advance();
    }

    /// <summary>Nothing will come any more.</summary>
    public void End()
    {
        if (HasGoroutineProvider)
            _ingest.Complete();
    }

    /// <summary>What is known now.</summary>
    public ProcessSnapshot Take() => new(_ingest.Model, _ingest.Info, IsComplete);

    // The end of a snapshot that was made for an earlier session is none of ours.
    private bool IsTold(SchedulerInfo scheduler) =>
        scheduler.SnapshotEndedAt is not null && scheduler.SnapshotGeneration >= _ingest.Info.Generations.First;
}
