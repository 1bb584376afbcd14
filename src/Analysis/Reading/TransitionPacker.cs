using System.Buffers;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Tracing;

namespace Gmp.Analysis.Reading;

/// <summary>
/// Turns single events (<see cref="GmpEventSource.Keywords.Transitions"/>) into batches, so that everything after this reads one form.
/// A trace from any standard recorder is thereby one that can be reported on.
/// </summary>
/// <remarks>
/// Events are held until the file is known to have all that were written before them, then put in the order in which they were written,
/// which within a stream is the order of the records.
/// </remarks>
internal sealed class TransitionPacker(TraceInfo info, Func<int, int, StreamQueue?> find) : IBatchSink
{
    private const int MostChars = 4096;

    private readonly List<Held> _held = [];
    private readonly Dictionary<(int Scheduler, int Stream), BatchBuffer> _buffers = [];
    private long _writtenAt;

    private readonly record struct Held(long WrittenAt, int Order, int Scheduler, int Stream, long Time, EventSpec Spec, long[] Numbers, string First, string Second);

    /// <summary>How many events are held.</summary>
    public int Count => _held.Count;

    /// <summary>When the first of those that are held was written.</summary>
    public long FirstWrittenAt => _held.Count == 0 ? long.MaxValue : _held[0].WrittenAt;

    /// <summary>Forgets what is held: the same facts come as batches.</summary>
    public void Drop() => _held.Clear();

    /// <summary>Takes an event in.</summary>
    /// <param name="id">The event's id.</param>
    /// <param name="writtenAt">The time of the event, in ticks.</param>
    /// <param name="payload">Its fields.</param>
    /// <param name="schema">The trace's table, which may have more fields than ours.</param>
    public void Take(int id, long writtenAt, ReadOnlySpan<byte> payload, BatchSchema schema)
    {
        int kind = id - GmpEventSource.FirstTransitionId;
        if (kind is <= 0 or > byte.MaxValue)
            return;
        var spec = EventTable.Find((EventKind)kind);
        var types = schema.Types((EventKind)kind);
        if (spec is null || types is null)
        {
            info.UnknownRecords++;
            return;
        }
        var walk = new ByteWalker(payload);
        var numbers = new long[spec.NumberCount];
        string first = "", second = "";
        bool whole = walk.Int32(out int scheduler) & walk.Int32(out int stream) & walk.Int64(out long time);
        int numberCount = 0, stringCount = 0;
        for (int i = 0; whole && i < types.Count; i++)
        {
            if (types[i] == FieldType.String)
            {
                whole = walk.Utf16(MostChars, out string text);
                first = stringCount == 0 ? text : first;
                second = stringCount == 1 ? text : second;
                stringCount++;
            }
            else
            {
                whole = walk.Int64(out long number);
                if (numberCount < numbers.Length)
                    numbers[numberCount++] = number;
            }
        }
        if (whole && SchedulerMerge.IsStream(stream))
            _held.Add(new Held(writtenAt, _held.Count, scheduler, stream, time, spec, numbers, first, second));
        else
            info.CorruptBatches++;
    }

    /// <summary>Passes on what was written up to a moment before which the file lacks nothing.</summary>
    public void Release(long writtenUpTo)
    {
        _held.Sort(static (a, b) => a.WrittenAt != b.WrittenAt ? a.WrittenAt.CompareTo(b.WrittenAt) : a.Order.CompareTo(b.Order));
        int count = 0;
        while (count < _held.Count && _held[count].WrittenAt <= writtenUpTo)
        {
            var held = _held[count++];
            _writtenAt = held.WrittenAt;
            var key = (held.Scheduler, held.Stream);
            if (!_buffers.TryGetValue(key, out var buffer))
            {
                if (find(held.Scheduler, held.Stream) is not { } queue)
                {
                    info.CorruptBatches++;
                    continue;
                }
                queue.StartsAtZero();
                _buffers[key] = buffer = new BatchBuffer(this, held.Scheduler, held.Stream);
                buffer.BeginGeneration(int.MaxValue, held.Time);
            }
            buffer.Put(held.Spec, held.Time, held.Numbers, held.First, held.Second);
        }
        _held.RemoveRange(0, count);
        for (int i = 0; i < _held.Count; i++)
            _held[i] = _held[i] with { Order = i };
        foreach (var buffer in _buffers.Values)
            buffer.Flush();
    }

    void IBatchSink.Emit(in BatchHeader header, ReadOnlySpan<byte> records)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(records.Length);
        records.CopyTo(bytes);
        find(header.Scheduler, header.Stream)?.Arrive(
            new Batch(bytes, records.Length, header.BaseTime, header.Generation, header.Sequence, _writtenAt));
    }
}
