using System.Buffers.Binary;

namespace Gmp.Tests.Harness;

/// <summary>The frame of a nettrace file, version 4: objects without events in them.</summary>
internal static class NettraceBytes
{
    public static byte[] Header => [.. "Nettrace"u8, 20, 0, 0, 0, .. "!FastSerialization.1"u8];

    public static byte[] TraceObject => [.. ObjectHead("Trace"), .. new byte[48], 6];

    /// <summary>A block whose body starts at a multiple of four in the file.</summary>
    /// <param name="offset">Where the object starts in the file.</param>
    /// <param name="name">The object's type.</param>
    /// <param name="body">The bytes of the block.</param>
    public static byte[] Block(int offset, string name, byte[] body)
    {
        byte[] head = ObjectHead(name);
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, body.Length);
        int padding = (4 - ((offset + head.Length + 4) % 4)) % 4;
        return [.. head, .. size, .. new byte[padding], .. body, 6];
    }

    /// <summary>A whole file, and where each of its objects ends.</summary>
    public static (byte[] Bytes, int[] Ends) File(params int[] bodySizes)
    {
        byte[] bytes = [.. Header, .. TraceObject];
        List<int> ends = [Header.Length, bytes.Length];
        foreach (int size in bodySizes)
        {
            // A body full of end and null tags: whoever looks for them in the bytes instead of walking the objects is led astray.
            bytes = [.. bytes, .. Block(bytes.Length, "EventBlock", [.. Enumerable.Range(0, size).Select(i => (byte)(i % 2 == 0 ? 6 : 1))])];
            ends.Add(bytes.Length);
        }
        return ([.. bytes, 1], [.. ends]);
    }

    private static byte[] ObjectHead(string name)
    {
        byte[] nameLength = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(nameLength, name.Length);
        return [5, 5, 1, 4, 0, 0, 0, 4, 0, 0, 0, .. nameLength, .. System.Text.Encoding.ASCII.GetBytes(name), 6];
    }
}
