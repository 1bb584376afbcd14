using System.Buffers.Binary;
using System.Text;

namespace Gmp.Tool.Ports;

/// <summary>
/// The commands of .NET's diagnostics protocol that the client library keeps to itself. A connection takes one command: 20 bytes of header
/// (magic, size, command set, command, reserved) and its arguments; the answer has the same header.
/// </summary>
internal static class DiagnosticIpc
{
    private const int HeaderBytes = 20;
    private const int SizeAt = 14, SetAt = 16, CommandAt = 17;
    private const byte ProcessSet = 4, ServerSet = 0xFF;
    private const byte ResumeRuntime = 1, ProcessInfo2 = 4, Ok = 0;
    private const int CookieBytes = 16;

    /// <summary>More than any process says of itself: the protocol's own limit.</summary>
    private const int MostPayload = ushort.MaxValue;

    private static ReadOnlySpan<byte> Magic => "DOTNET_IPC_V1\0"u8;

    /// <summary>Asks the runtime at the other end who it is.</summary>
    /// <returns>Null if it does not know the command: it is older than .NET 6.</returns>
    /// <exception cref="IOException">The connection broke, or the other end is no .NET runtime.</exception>
    public static async Task<RuntimeIdentity?> AskAsync(Stream connection, CancellationToken cancel)
    {
        byte[]? answer = await SendAsync(connection, ProcessInfo2, cancel).ConfigureAwait(false);
        if (answer is null)
            return null;
        int at = sizeof(long) + CookieBytes;
        if (answer.Length < at)
            throw NotDotnet();
        int id = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(answer), int.MaxValue);
        string commandLine = Text(answer, ref at);
        _ = Text(answer, ref at);   // operating system
        _ = Text(answer, ref at);   // architecture
        string assembly = Text(answer, ref at);
        return new RuntimeIdentity(id, commandLine, assembly, Text(answer, ref at));
    }

    /// <summary>Lets a runtime that waits at its start go on; one that runs already takes no notice.</summary>
    /// <exception cref="IOException">The connection broke, or the other end is no .NET runtime.</exception>
    public static Task ResumeAsync(Stream connection, CancellationToken cancel) => SendAsync(connection, ResumeRuntime, cancel);

    private static async Task<byte[]?> SendAsync(Stream connection, byte command, CancellationToken cancel)
    {
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(SizeAt), HeaderBytes);
        header[SetAt] = ProcessSet;
        header[CommandAt] = command;
        await connection.WriteAsync(header, cancel).ConfigureAwait(false);
        await connection.ReadExactlyAsync(header, cancel).ConfigureAwait(false);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(SizeAt)) - HeaderBytes;
        if (!header.AsSpan().StartsWith(Magic) || header[SetAt] != ServerSet || size is < 0 or > MostPayload)
            throw NotDotnet();
        byte[] payload = new byte[size];
        await connection.ReadExactlyAsync(payload, cancel).ConfigureAwait(false);
        return header[CommandAt] == Ok ? payload : null;
    }

    // The number of characters with the closing zero, and the characters in UTF-16. What is missing or damaged is empty.
    private static string Text(byte[] payload, ref int at)
    {
        if (payload.Length - at < sizeof(int))
            return "";
        int chars = BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(at));
        at += sizeof(int);
        if (chars <= 0 || chars > (payload.Length - at) / sizeof(char))
            return "";
        string text = Encoding.Unicode.GetString(payload, at, chars * sizeof(char)).TrimEnd('\0');
        at += chars * sizeof(char);
        return text;
    }

    private static IOException NotDotnet() => new("What answers there is no .NET runtime.");
}
