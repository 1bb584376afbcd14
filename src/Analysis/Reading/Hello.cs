using Gmp.Analysis.Reading.Nettrace;
using Gmp.Tracing;

namespace Gmp.Analysis.Reading;

/// <summary>The target's introduction, as <see cref="GmpEventSource.Hello"/> writes it.</summary>
internal sealed record Hello(int FormatVersion, int ProcessId, long Timestamp, long Frequency, int Generation, DateTime Utc, string Runtime, BatchSchema? Schema)
{
    private const int MostRuntimeChars = 256;
    private const int MostSchemaChars = 32 * 1024;

    /// <summary>Reads the event's payload.</summary>
    /// <returns>Null if it is not one. <see cref="Schema"/> is null if only the table of events is damaged.</returns>
    public static Hello? Read(ReadOnlySpan<byte> payload)
    {
        var walk = new ByteWalker(payload);
        if (!walk.Int32(out int version) || !walk.Int32(out int pid) || !walk.Int64(out long timestamp) || !walk.Int64(out long frequency)
            || !walk.Int32(out int generation) || !walk.Int64(out long utcTicks)
            || version < 1 || generation < 1 || frequency <= 0 || utcTicks < 0 || utcTicks > DateTime.MaxValue.Ticks
            || !walk.Utf16(MostRuntimeChars, out string runtime))
            return null;
        return new Hello(version, pid, timestamp, frequency, generation, new DateTime(utcTicks, DateTimeKind.Utc), runtime,
            walk.Utf16(MostSchemaChars, out string schema) ? Parse(schema) : null);
    }

    /// <summary>The same as a file says it that is made of parts of the recording.</summary>
    /// <param name="payload">The event that this was read from.</param>
    public TraceOrigin ToOrigin(ReadOnlySpan<byte> payload)
    {
        var walk = new ByteWalker(payload);
        string text = "";
        if (walk.Int32(out _) && walk.Int32(out _) && walk.Int64(out _) && walk.Int64(out _) && walk.Int32(out _) && walk.Int64(out _)
            && walk.Utf16(MostRuntimeChars, out _) && walk.Utf16(MostSchemaChars, out string schema))
            text = schema;
        return new TraceOrigin(FormatVersion, ProcessId, Frequency, Timestamp, Utc, Runtime, text);
    }

    private static BatchSchema? Parse(string text)
    {
        try
        {
            var schema = BatchSchema.Parse(text);
            // A table without the kinds that every target has is a damaged one.
            return schema.Types(EventKind.GoStart) is null ? null : schema;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
