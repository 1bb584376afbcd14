using System.Runtime.CompilerServices;
using Gmp.Interleaving;
using Microsoft.Win32.SafeHandles;

namespace Gmp.Interleavings.Tests;

/// <summary>Goroutines that read from sockets, of which the scenario says when they have something. The poller is the runtime's own, the kernel under it is not.</summary>
public abstract class PollScenario : RuntimeScenario
{
    private protected Socket Open() => new(Schedule, Scheduler.OpenPoller()!, new SafeFileHandle(-1, ownsHandle: false));

    /// <summary>Reads as GoConn does.</summary>
    /// <param name="socket">Where from.</param>
    /// <param name="most">So many at most; one that gets fewer has emptied the socket.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>How many; 0 if the peer has hung up.</returns>
    private protected static async GoTask<int> Read(Socket socket, int most, CancellationToken token = default)
    {
        var side = socket.Side;
        if (!side.TryEnter())
            await side.Enter(token);
        try
        {
            while (true)
            {
                if (side.Poll!.MayTry())
                {
                    Compute(1);
                    int n = Math.Min(socket.Bytes, most);
                    bool isOver = socket.IsOver;
                    socket.Bytes -= n;
                    Compute(3);
                    if (n != 0)
                    {
                        if (n < most)
                            side.Poll.Emptied();
                        return n;
                    }
                    if (isOver)
                        return 0;
                }
                await side.Wait(token);
            }
        }
        finally
        {
            side.Exit();
        }
    }

    /// <summary>One socket: what has come, and how the runtime hears of it.</summary>
    private protected sealed class Socket
    {
        private readonly SafeFileHandle _file;
        private readonly NetPoller _poller;
        private readonly PollDesc _desc;

        internal Socket(Schedule schedule, NetPoller poller, SafeFileHandle file)
        {
            _poller = poller;
            _file = file;
            _desc = poller.Open(file);
            Side = new ConnSide(_desc.Reading);
            schedule.Share(_desc.Reading);
        }

        internal ConnSide Side { get; }

        /// <summary>How many bytes can be read.</summary>
        internal int Bytes { get; set; }

        /// <summary>No more will come.</summary>
        internal bool IsOver { get; private set; }

        /// <summary>By the peer.</summary>
        internal void Send(int bytes)
        {
            Compute(1);
            Bytes += bytes;
            EpollOf(_poller).Raise(_file, Epoll.In);
        }

        /// <summary>By the peer.</summary>
        internal void HangUp()
        {
            Compute(1);
            IsOver = true;
            EpollOf(_poller).Raise(_file, Epoll.In | Epoll.PeerHangUp);
        }

        /// <summary>On this side, as GoConn does.</summary>
        internal void Close()
        {
            _poller.Close(_desc, _file);
            Side.Dispose();
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_epoll")]
    private static extern ref Epoll EpollOf(NetPoller poller);
}
