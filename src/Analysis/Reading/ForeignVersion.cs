using Gmp.Analysis.Model;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Validation;
using Gmp.Tracing;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Analysis.Reading;

/// <summary>
/// Reads a finished trace of another nettrace version through TraceEvent, which knows more of them (system-wide recorders write version 6).
/// It is several times slower than <see cref="NettraceReader"/> and cannot follow a file that grows.
/// </summary>
internal static class ForeignVersion
{
    /// <param name="stream">The file from its start.</param>
    /// <param name="why">What our own reader said, for the case that TraceEvent knows no better.</param>
    /// <param name="validator">Holds every record against the rules of a trace; null for none.</param>
    /// <param name="selection">What part of it counts; null for all.</param>
    /// <exception cref="TraceFormatException">Neither knows this version.</exception>
    public static LoadedTrace Load(Stream stream, TraceFormatException why, TraceValidator? validator = null, TraceSelection? selection = null)
    {
        var ingest = new TraceIngest(validator, selection) { CollectsWork = true };
        var types = new Dictionary<(string, int), NettraceEventType>();
        bool whole = true;
        try
        {
            using var source = new EventPipeEventSource(new StaysOpen(stream));
            ingest.Info.FormatVersion = 6;
            source.Dynamic.All += e =>
            {
                var key = (e.ProviderName, (int)e.ID);
                if (!types.TryGetValue(key, out var type))
                    types[key] = type = new NettraceEventType(e.ProviderName, (int)e.ID);
                // TraceEvent has put them in order already, so each is sorted.
                long ticks = (long)(e.TimeStampRelativeMSec * TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerMillisecond);
                ingest.Events.OnEvent(new NettraceEvent(type, ticks, IsSorted: true), type.IsScheduler ? e.EventData() : []);
            };
            try
            {
                source.Process();
            }
            catch (Exception e) when (e is not (TraceFormatException or UnsupportedFormatVersionException) && ingest.Info.Events > 0)
            {
                whole = false;   // its reader says in many ways that the file ends too soon
            }
            ingest.Info.EventsLost = source.EventsLost;
        }
        catch (UnsupportedFormatVersionException e)
        {
            throw new TraceFormatException(TraceFault.UnsupportedVersion,
                $"This trace has version {e.RequestedVersion} of the nettrace format, and this tool reads versions up to {e.MaxSupportedVersion}: update the tool.", e);
        }
        catch (Exception e) when (e is not TraceFormatException)
        {
            throw new TraceFormatException(why.Fault, "This trace has a version of the nettrace format other than 4 and 5, and it is cut off or damaged.", e);
        }
        ingest.Info.Bytes = stream.CanSeek ? stream.Length : 0;
        ingest.Complete(fromReader: false);
        ingest.Info.IsTruncated = !whole;
        return new LoadedTrace(ingest.Model, ingest.Info) { Workloads = ingest.Workloads };
    }

    /// <summary>TraceEvent closes what it is given; ours is the caller's to close.</summary>
    private sealed class StaysOpen(Stream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);
        public override int Read(Span<byte> buffer) => inner.Read(buffer);
        public override void Flush()
        {
        }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
