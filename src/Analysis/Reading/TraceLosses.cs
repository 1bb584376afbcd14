using Gmp.Analysis.Reading.Nettrace;
using Gmp.Tracing;

namespace Gmp.Analysis.Reading;

/// <summary>
/// Counts what is missing from a .nettrace while it is written, and builds no model: it walks the headers of events, at about the speed
/// at which the file can be read. One thread.
/// </summary>
public sealed class TraceLosses : IDisposable
{
    private const int ReadBytes = 256 * 1024;

    private readonly FileStream _file;
    private readonly NettraceReader _reader;
    private readonly Numbers _numbers = new();

    /// <summary>Opens the file, which another thread or process may go on writing.</summary>
    /// <exception cref="TraceFormatException">The file is missing or cannot be opened.</exception>
    public TraceLosses(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        _file = TraceFile.Open(path);
        _reader = new NettraceReader(_numbers);
    }

    /// <summary>Bytes that were read.</summary>
    public long BytesRead => _reader.Bytes;

    /// <summary>
    /// Events that are known to be missing: what the target's runtime dropped since its buffer was full. Each may have been a batch of
    /// scheduler events.
    /// </summary>
    public long EventsLost => Math.Max(_reader.EventsLost, BatchesLost);

    /// <summary>Batches of scheduler events among them, by their own numbers.</summary>
    public long BatchesLost => _numbers.Missing;

    /// <summary>Reads what was appended since, but not more than this, so that the caller stays awake.</summary>
    /// <returns>True if there may be more.</returns>
    /// <exception cref="TraceFormatException">It is no .nettrace, or of an unknown version, or it cannot be read.</exception>
    public bool Poll(long mostBytes)
    {
        for (long bytes = 0; bytes < mostBytes;)
        {
            int count = TraceFile.Read(_file, _reader.Space(ReadBytes)[..ReadBytes]);
            if (count == 0)
                return false;
            bytes += count;
            _reader.Fill(count);
        }
        return true;
    }

    /// <summary>Closes the file. The counts stay.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>The batches of each stream are numbered without a gap. They come in another order than they were written in, so only their count tells.</summary>
    private sealed class Numbers : INettraceSink
    {
        /// <summary>A stream's number that jumps further is damage, not loss.</summary>
        private const int AbsurdJump = 1 << 20;

        private readonly Dictionary<(int Scheduler, int Stream), (int First, int Last, long Count)> _streams = [];

        public long Missing => _streams.Values.Sum(s => Math.Max(0, (long)s.Last - s.First + 1 - s.Count));

        public void OnTrace(in NettraceHeader header)
        {
        }

        public void OnSortedUpTo(long timestamp)
        {
        }

        public void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload)
        {
            if (e.Type is not { IsScheduler: true, Id: GmpEventSource.BatchId })
                return;
            var walk = new ByteWalker(payload);
            if (!walk.Int32(out int scheduler) || !walk.Int32(out int stream) || !walk.Int32(out _) || !walk.Int32(out int sequence))
                return;
            if (!_streams.TryGetValue((scheduler, stream), out var seen))
                seen = (sequence, sequence, 0);
            if (sequence < seen.First - AbsurdJump || sequence > (long)seen.Last + AbsurdJump)
                return;
            _streams[(scheduler, stream)] = (Math.Min(seen.First, sequence), Math.Max(seen.Last, sequence), seen.Count + 1);
        }
    }
}
