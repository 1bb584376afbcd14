using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Gmp;

/// <summary>
/// Whether a thread that is on no CPU sleeps in the kernel, or would run if it were let. The one is a call that blocks, the other a busy machine.
/// </summary>
internal static class ThreadSleep
{
    private const int ReadOnly = 0;

    /// <summary>Looks at a thread of this process. Any thread; four to six system calls, some 10 us.</summary>
    /// <param name="threadId">The thread's id in the operating system.</param>
    /// <param name="sleeps">It sleeps in the kernel now: it waits for something other than a CPU.</param>
    /// <param name="turns">How often it was put on a CPU in its life.</param>
    /// <returns>False where the platform does not tell.</returns>
    internal static bool TryRead(long threadId, out bool sleeps, out long turns)
    {
        sleeps = false;
        turns = 0;
        if (threadId == 0 || !OperatingSystem.IsLinux())
            return false;
        Span<byte> text = stackalloc byte[512];
        // Its name, in parentheses, may have any character in it.
        if (!TryRead(threadId, "/stat\0"u8, text, out int length) || text[..length].LastIndexOf((byte)')') is not (>= 0 and int name) || name + 2 >= length)
            return false;
        sleeps = text[name + 2] is (byte)'S' or (byte)'D';
        if (!TryRead(threadId, "/schedstat\0"u8, text, out length))
            return false;
        // Time on a CPU, time waited for one, and how often it was put on one.
        int space = text[..length].LastIndexOf((byte)' ');
        return space > 0 && Utf8Parser.TryParse(text[(space + 1)..length], out turns, out _);
    }

    private static unsafe bool TryRead(long threadId, ReadOnlySpan<byte> file, Span<byte> text, out int length)
    {
        Span<byte> path = stackalloc byte[64];
        "/proc/self/task/"u8.CopyTo(path);
        length = "/proc/self/task/"u8.Length;
        Utf8Formatter.TryFormat(threadId, path[length..], out int digits);
        length += digits;
        file.CopyTo(path[length..]);
        int descriptor;
        fixed (byte* start = path)
            descriptor = Open(start, ReadOnly);
        if (descriptor < 0)
            return false;
        nint read;
        fixed (byte* start = text)
            read = Read(descriptor, start, text.Length);
        _ = Close(descriptor);
        length = (int)read;
        return read > 0;
    }

    [DllImport("libc", EntryPoint = "open")]
    private static extern unsafe int Open(byte* path, int flags);

    [DllImport("libc", EntryPoint = "read")]
    private static extern unsafe nint Read(int descriptor, byte* buffer, nint count);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
