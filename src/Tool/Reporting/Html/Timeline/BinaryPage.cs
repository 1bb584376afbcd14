using System.Buffers;
using System.IO.Compression;

namespace Gmp.Tool.Reporting.Html.Timeline;

/// <summary>Bytes for the page's script: numbers in seven bits a byte, planes of bytes, and all of it deflated and in base64.</summary>
internal sealed class BinaryPage
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 16);

    /// <summary>A number from 0; small ones take a byte.</summary>
    public void Number(long value)
    {
        ulong rest = (ulong)Math.Max(0, value);
        for (; rest >= 0x80; rest >>= 7)
            Byte((byte)(rest | 0x80));
        Byte((byte)rest);
    }

    /// <summary>A byte.</summary>
    public void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    /// <summary>Bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value) => _bytes.Write(value);

    /// <summary>Adds these bytes to those of another.</summary>
    public void CopyTo(BinaryPage other) => other.Bytes(_bytes.WrittenSpan);

    /// <summary>The text to put into the page.</summary>
    public string Deflated()
    {
        using var target = new MemoryStream();
        using (var deflate = new DeflateStream(target, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(_bytes.WrittenSpan);
        return Convert.ToBase64String(target.GetBuffer(), 0, (int)target.Length);
    }
}
