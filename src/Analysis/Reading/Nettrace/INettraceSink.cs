namespace Gmp.Analysis.Reading.Nettrace;

/// <summary>What <see cref="NettraceReader"/> found, in the order of the file.</summary>
internal interface INettraceSink
{
    /// <summary>The first object of the file.</summary>
    void OnTrace(in NettraceHeader header);

    /// <summary>An event. The payload is valid only during the call.</summary>
    void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload);

    /// <summary>Every event up to <paramref name="timestamp"/> stands before this point of the file.</summary>
    void OnSortedUpTo(long timestamp);

    /// <summary>A block of stacks, which events after it name by their numbers until the next such block has others of the same. Valid only during the call.</summary>
    /// <param name="first">The number of the first.</param>
    /// <param name="count">How many the block claims to have.</param>
    /// <param name="stacks">One after the other: its length in bytes (int), then return addresses, the innermost first.</param>
    void OnStacks(int first, int count, ReadOnlySpan<byte> stacks)
    {
    }
}

/// <summary>What the file says of the recording as a whole.</summary>
/// <param name="Version">The version of the format.</param>
/// <param name="UtcStart">The wall time at <paramref name="QpcStart"/>, or null where the file has nonsense.</param>
/// <param name="QpcStart">The clock when the session started, in ticks.</param>
/// <param name="QpcFrequency">Ticks a second.</param>
/// <param name="ProcessId">The target.</param>
internal readonly record struct NettraceHeader(int Version, DateTime? UtcStart, long QpcStart, long QpcFrequency, int ProcessId);

/// <summary>A kind of event, as a metadata record of the file defines it.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Id">The event's id within the provider.</param>
internal sealed record NettraceEventType(string Provider, int Id)
{
    /// <summary>True for the scheduler's own events. By the name always: ids are small numbers that every provider uses.</summary>
    public bool IsScheduler { get; } = Provider == Tracing.GmpEventSource.ProviderName;

    /// <summary>True for the CPU samples that our recorder adds to a file.</summary>
    public bool IsSample { get; } = Provider == Sampling.SampleEvents.ProviderName;
}

/// <summary>The header of an event.</summary>
/// <param name="Type">Its kind; null if the file does not define it (that piece is lost).</param>
/// <param name="Timestamp">When it was written, in ticks.</param>
/// <param name="IsSorted">True if every event that is older stands before it in the file.</param>
/// <param name="Thread">The thread that it is about; 0 where the reader does not say.</param>
/// <param name="Stack">The number of its stack; 0 for none.</param>
internal readonly record struct NettraceEvent(NettraceEventType? Type, long Timestamp, bool IsSorted, long Thread = 0, int Stack = 0);
