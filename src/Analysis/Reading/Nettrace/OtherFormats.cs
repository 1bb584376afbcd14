using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Gmp.Analysis.Reading.Nettrace;

/// <summary>What people take for a trace of this kind, by its first bytes.</summary>
internal static class OtherFormats
{
    private const int MostBytes = 4096;

    /// <summary>What the file seems to be, as the middle of a sentence: "This is ... record one with". Null where nobody knows.</summary>
    /// <param name="first">The file's first bytes, as many as are at hand.</param>
    public static string? Name(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return "a gzip file, not a .nettrace file: unpack it with gunzip, or";
        if (first.StartsWith("PK\u0003\u0004"u8))
            return "a zip file, not a .nettrace file: unpack it with unzip, or";
        if (first.StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F']) || first.StartsWith("MZ"u8))
            return "a program or a library, not a .nettrace file:";
        if (first.StartsWith("go 1."u8))
            return "an execution trace of Go, which `go tool trace` shows, not a .nettrace file:";
        if (first.StartsWith("PERFILE2"u8))
            return "a file of Linux perf, not a .nettrace file:";
        // A trace of Event Tracing for Windows begins with the size of its buffers and how much of the first is used.
        if (first.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(first) is >= 4096 and <= 16 << 20 and var size && BitOperations.IsPow2(size)
            && BinaryPrimitives.ReadUInt32LittleEndian(first[4..]) <= size)
            return "not a .nettrace file, perhaps an .etl file of Windows, which PerfView opens:";
        return first.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{' or (byte)'[', ..] json ? Json(Encoding.UTF8.GetString(json[..Math.Min(json.Length, MostBytes)])) : null;
    }

    private static string Json(string text) =>
        text.Contains("speedscope", StringComparison.Ordinal) ? "a speedscope file, made from a trace, and no longer has what this tool reads:"
        : text.Contains("traceEvents", StringComparison.Ordinal) ? "a file for Chrome's or Perfetto's viewer, made from a trace, and no longer has what this tool reads:"
        : "a JSON file, not a .nettrace file:";
}
