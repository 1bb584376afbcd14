using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gmp.Tool.Ports;

/// <summary>Who is at the other end of a Unix socket, as the kernel knows it and not as it says of itself.</summary>
internal static class PeerProcess
{
    private const int SocketLevel = 1, PeerCredentials = 17;

    /// <summary>The process in our own numbers; null where the system does not tell or it is not to be seen from here.</summary>
    public static int? Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            Span<int> credentials = stackalloc int[3];   // process, user, group
            socket.GetRawSocketOption(SocketLevel, PeerCredentials, MemoryMarshal.AsBytes(credentials));
            return credentials[0] > 0 ? credentials[0] : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
