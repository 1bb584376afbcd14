namespace Gmp.Analysis.Reading;

/// <summary>
/// What is in a trace file and what is missing from it. Counts only grow while a trace is live; reading them then needs the model's gate.
/// </summary>
public sealed class TraceInfo
{
    /// <summary>The file's path as it was given, or empty for a stream.</summary>
    public string Path { get; internal set; } = "";

    /// <summary>Bytes read.</summary>
    public long Bytes { get; internal set; }

    /// <summary>The version of the nettrace format: 4 for what .NET 10 writes.</summary>
    public int FormatVersion { get; internal set; }

    /// <summary>True once everything that will come was read.</summary>
    public bool IsComplete { get; internal set; }

    /// <summary>True if the file ends without an end mark: the target or the recorder died, or the file was cut. Known when complete.</summary>
    public bool IsTruncated { get; internal set; }

    /// <summary>
    /// True if the recording ended early and the recorder gave the file its end: the target died, the disk was full, or the stop was not
    /// awaited. All of the file is whole; what came after is unknown. Known when complete.
    /// </summary>
    public bool IsRepaired { get; internal set; }

    /// <summary>Bytes that are not part of a readable object: damage that was skipped.</summary>
    public long DamagedBytes { get; internal set; }

    /// <summary>The target's process id; 0 if the trace does not say.</summary>
    public int ProcessId { get; internal set; }

    /// <summary>The target's .NET runtime, as it describes itself; may be empty. From the target, so escape it.</summary>
    public string Runtime { get; internal set; } = "";

    /// <summary>The wall time of the first record, UTC; null if the trace does not say.</summary>
    public DateTime? StartUtc { get; internal set; }

    /// <summary>Ticks a second of the target's clock.</summary>
    public long ClockFrequency { get; internal set; }

    /// <summary>The part of it that was counted; null for all.</summary>
    public TracePart? Part { get; internal set; }

    /// <summary>From the first record to the last, ns.</summary>
    public long DurationNs { get; internal set; }

    /// <summary>True if the target introduced itself, which every process that runs goroutines does as soon as a session starts.</summary>
    public bool HasHello { get; internal set; }

    /// <summary>True if goroutine events were found, be it only the introduction: false means that the target has no goroutines, or was not asked.</summary>
    public bool HasGoroutineProvider { get; internal set; }

    /// <summary>True if records were read without the target's own table of events: the introduction that carries it is lost or damaged.</summary>
    public bool IsSchemaAssumed { get; internal set; }

    /// <summary>True if the records came as single events (keyword 0x1) and not as batches.</summary>
    public bool FromTransitions { get; internal set; }

    /// <summary>Nettrace events of every provider.</summary>
    public long Events { get; internal set; }

    /// <summary>Nettrace events of providers that are not the scheduler's, by provider.</summary>
    public IReadOnlyDictionary<string, long> OtherProviders => Others;

    internal Dictionary<string, long> Others { get; } = [];

    /// <summary>Nettrace events that the target's runtime dropped, since its buffer was full. A lower bound: a thread that ended soon after it lost some may not be counted.</summary>
    public long EventsLost { get; internal set; }

    /// <summary>Nettrace events whose kind the file does not define, or that are not what they should be: the piece that would say is damaged.</summary>
    public long UndefinedEvents { get; internal set; }

    /// <summary>Scheduler records read.</summary>
    public long Records { get; internal set; }

    /// <summary>Records of each kind, by the number of <see cref="Tracing.EventKind"/>.</summary>
    public IReadOnlyList<long> RecordsByKind => Kinds;

    internal long[] Kinds { get; } = new long[256];

    /// <summary>Records of kinds that this reader does not know; the target is newer. They are skipped.</summary>
    public long UnknownRecords { get; internal set; }

    /// <summary>Batches read.</summary>
    public long Batches { get; internal set; }

    /// <summary>Batches that were written and are not in the file, of all schedulers.</summary>
    public long BatchesLost { get; internal set; }

    /// <summary>Batches whose bytes are not records, in whole or from some point on.</summary>
    public long CorruptBatches { get; internal set; }

    /// <summary>Records that came after later ones had been read, and were given their time.</summary>
    public long LateRecords { get; internal set; }

    /// <summary>Records that contradicted what was known before, so that the model had to be repaired.</summary>
    public long RepairedRecords { get; internal set; }

    /// <summary>
    /// Records after the last flush mark, in the last 50 ms or so: some Ps' records of that time may have come too late for the recording, so
    /// contradictions among these are not counted.
    /// </summary>
    public long TailRecords { get; internal set; }

    /// <summary>Records of an earlier recording that were still in the target's buffers; they are skipped.</summary>
    public long EarlierRecords { get; internal set; }

    /// <summary>The first and last generation (count of sessions in the target) that the trace speaks of; 0 and 0 if none.</summary>
    public (int First, int Last) Generations { get; internal set; }

    /// <summary>The schedulers, by number.</summary>
    public IReadOnlyList<SchedulerInfo> Schedulers => SchedulerList;

    /// <summary>After how long a goroutine of a scheduler is a hog, ns; the default where the trace does not say.</summary>
    /// <param name="scheduler">The scheduler's number.</param>
    public long SliceNs(int scheduler)
    {
        // A process has one or two: a search costs less than a table.
        foreach (var known in SchedulerList)
        {
            if (known.Id == scheduler)
                return known.SliceNs;
        }
        return SchedulerInfo.DefaultSliceNs;
    }

    internal List<SchedulerInfo> SchedulerList { get; } = [];

    /// <summary>True if something that was recorded is known to be missing or unreadable.</summary>
    public bool HasLosses => EventsLost > 0 || BatchesLost > 0 || CorruptBatches > 0 || DamagedBytes > 0 || UndefinedEvents > 0;
}
