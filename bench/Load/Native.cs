using System.Runtime.InteropServices;

namespace Bench.Load;

/// <summary>The system calls that the load consists of.</summary>
internal static unsafe partial class Native
{
    internal const int MostEvents = 256;

    private const int AddOperation = 1;
    private const uint In = 1;
    private const int NoSignal = 0x4000;

    // The kernel packs events on x64 and nowhere else.
    private static readonly int s_eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int s_dataOffset = s_eventSize - 8;

    internal static int Add(int epoll, int file)
    {
        byte* e = stackalloc byte[16];
        *(uint*)e = In;
        *(ulong*)(e + s_dataOffset) = (uint)file;
        return Control(epoll, AddOperation, file, e);
    }

    internal static int Wait(int epoll, int* ready, int milliseconds)
    {
        byte* events = stackalloc byte[16 * MostEvents];
        int n;
        do
        {
            n = Wait(epoll, events, MostEvents, milliseconds);
        }
        while (n < 0);
        for (int i = 0; i < n; i++)
            ready[i] = (int)*(ulong*)(events + (i * s_eventSize) + s_dataOffset);
        return n;
    }

    internal static nint Receive(int file, byte* buffer, nint length) => Receive(file, buffer, length, 0);

    internal static nint Send(int file, byte* data, nint length) => Send(file, data, length, NoSignal);

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    internal static partial int CreateEpoll(int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    private static partial int Control(int epoll, int operation, int file, byte* e);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static partial int Wait(int epoll, byte* events, int most, int timeout);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint Receive(int file, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint Send(int file, byte* data, nint length, int flags);
}
