using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gmp.Tracing;

/// <summary>Whose batches a file holds: what <see cref="GmpEventSource.Hello"/> tells of a process.</summary>
/// <param name="FormatVersion">The version of the process's batches.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="Frequency">Ticks of its clock a second.</param>
/// <param name="Ticks">Some moment, in ticks.</param>
/// <param name="Utc">The same moment.</param>
/// <param name="Runtime">The .NET runtime's description.</param>
/// <param name="Schema">Its table of events.</param>
public sealed record TraceOrigin(int FormatVersion, int ProcessId, long Frequency, long Ticks, DateTime Utc, string Runtime, string Schema)
{
    private const int NumberBytes = 36;

    /// <summary>This process, now.</summary>
    public static TraceOrigin OfThisProcess() => new(
        EventTable.FormatVersion, Environment.ProcessId, Stopwatch.Frequency, Stopwatch.GetTimestamp(), DateTime.UtcNow,
        RuntimeInformation.FrameworkDescription, EventTable.SchemaText);

    /// <summary>A moment of the process's clock.</summary>
    internal DateTime UtcOf(long ticks)
    {
        double seconds = (double)(ticks - Ticks) / Frequency;
        // A clock that makes no sense must not cost the file.
        return Math.Abs(seconds) < TimeSpan.FromDays(366).TotalSeconds ? Utc.AddSeconds(seconds) : Utc;
    }

    /// <summary>The fields of the event, in their order.</summary>
    internal ReadOnlySpan<byte> Hello(long ticks, int generation)
    {
        var payload = new ArrayBufferWriter<byte>();
        var numbers = payload.GetSpan(NumberBytes);
        BinaryPrimitives.WriteInt32LittleEndian(numbers, FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], ProcessId);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], ticks);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], Frequency);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[24..], generation);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[28..], UtcOf(ticks).Ticks);
        payload.Advance(NumberBytes);
        NettraceWriter.TextTo(payload, Runtime);
        NettraceWriter.TextTo(payload, Schema);
        return payload.WrittenSpan;
    }
}
