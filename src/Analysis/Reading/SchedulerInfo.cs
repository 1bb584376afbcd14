namespace Gmp.Analysis.Reading;

/// <summary>What the trace says of one scheduler.</summary>
public sealed class SchedulerInfo
{
    /// <summary>What a scheduler takes where nobody set it, ns.</summary>
    public const long DefaultSliceNs = 10_000_000;

    internal SchedulerInfo(int id) => Id = id;

    /// <summary>Its number in its process, from 1.</summary>
    public int Id { get; }

    /// <summary>Its name, or empty. From the target, so escape it.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>How many Ps it has; 0 while the trace has not said.</summary>
    public int Procs { get; internal set; }

    /// <summary>After how long without a scheduling point a goroutine is a hog, ns. 10 ms where the trace does not say.</summary>
    public long SliceNs { get; internal set; } = DefaultSliceNs;

    /// <summary>True once the trace told how it was set up.</summary>
    public bool IsDescribed { get; internal set; }

    /// <summary>When it ended, ns since the trace's start; null if it did not.</summary>
    public long? StoppedAt { get; internal set; }

    /// <summary>When it had told every goroutine that was alive when the recording started, ns since the trace's start; null if the trace does not say.</summary>
    public long? SnapshotEndedAt { get; private set; }

    /// <summary>The generation whose snapshot that was.</summary>
    internal long SnapshotGeneration { get; private set; }

    /// <summary>How many schedulers the process ran then.</summary>
    internal long SchedulersThen { get; private set; }

    internal void EndSnapshot(long time, long generation, long schedulers) =>
        (SnapshotEndedAt, SnapshotGeneration, SchedulersThen) = (time, generation, schedulers);

    /// <summary>Batches that the target wrote and the file lacks.</summary>
    public long BatchesLost { get; internal set; }

    /// <summary>Batches lost of each stream that lost some: the P (-1 for records without a P) and how many.</summary>
    public IReadOnlyDictionary<int, long> BatchesLostByStream => LostByStream;

    internal Dictionary<int, long> LostByStream { get; } = [];
}
