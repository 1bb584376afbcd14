namespace Gmp.Interleavings.Tests;

/// <summary>Data comes between the attempt that finds none and the park, at it and after it: none of it stays unread.</summary>
public sealed class ReadinessAgainstPark : PollScenario
{
    private const int Bytes = 3;
    private int _read;

    private protected override void Begin()
    {
        var socket = Open();
        Start("reader", async () =>
        {
            while (await Read(socket, most: 2) is var n and not 0)
                _read += n;
        });
        Schedule.Spawn("peer", () =>
        {
            for (int i = 0; i < Bytes; i++)
                socket.Send(1);
            socket.HangUp();
        });
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(Bytes, _read);
    }
}

/// <summary>
/// The peer hangs up with its last data, in one edge: an attempt that emptied the socket of the data must not make the next one wait for another edge.
/// </summary>
public sealed class HangUpAgainstEmptied : PollScenario
{
    private int _read;

    private protected override void Begin()
    {
        var socket = Open();
        Start("reader", async () =>
        {
            while (await Read(socket, most: 4) is var n and not 0)
                _read += n;
        });
        Schedule.Spawn("peer", () =>
        {
            socket.Bytes++;
            socket.HangUp();
        });
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(1, _read);
    }
}

/// <summary>A deadline is set from outside, is due, is lifted; data comes beside it: each read ends by one of the two, and no byte is lost.</summary>
public sealed class DeadlineAgainstReadiness : PollScenario
{
    private int _read;
    private int _late;

    private protected override void Begin()
    {
        var socket = Open();
        Start("reader", async () =>
        {
            while (_read == 0)
            {
                try
                {
                    _read += await Read(socket, most: 2);
                }
                catch (TimeoutException)
                {
                    _late++;
                    socket.Side.SetDeadline(null);
                }
            }
        });
        Schedule.Spawn("outside", () => socket.Side.SetDeadline(TimeSpan.FromMicroseconds(3)));
        Schedule.Spawn("peer", () => socket.Send(1));
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(1, _read);
        Assert.InRange(_late, 0, 1);
    }
}

/// <summary>A deadline that an M must hear of which sleeps in the poller with no limit; nothing else ends the wait.</summary>
public sealed class DeadlineAgainstSleeper : PollScenario
{
    private int _late;

    private protected override void Begin()
    {
        var socket = Open();
        Start("reader", async () =>
        {
            try
            {
                await Read(socket, most: 2);
            }
            catch (TimeoutException)
            {
                _late++;
            }
        });
        Schedule.Spawn("outside", () => socket.Side.SetDeadline(TimeSpan.FromMilliseconds(1)));
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(1, _late);
    }
}

/// <summary>
/// A connection is closed under its reader, with data on the way, and another one takes its place in the poller's table at once: each reader hears of its own.
/// </summary>
public sealed class CloseAgainstPark : PollScenario
{
    private int _ended;
    private int _read;

    private protected override void Begin()
    {
        var first = Open();
        Start("first", async () =>
        {
            try
            {
                while (true)
                    await Read(first, most: 2);
            }
            catch (ObjectDisposedException)
            {
                _ended++;
            }
        });
        Schedule.Spawn("peer", () => first.Send(1));
        Schedule.Spawn("closer", () =>
        {
            first.Close();
            var second = Open();
            Start("second", async () => _read += await Read(second, most: 2));
            second.Send(1);
        });
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal((1, 1), (_ended, _read));
    }
}

/// <summary>Two read the same connection: they take turns, each byte is read once, and the end reaches both.</summary>
public sealed class TwoReaders : PollScenario
{
    private readonly List<int> _read = [];

    private protected override void Begin()
    {
        var socket = Open();
        for (int i = 0; i < 2; i++)
        {
            Start("reader" + i, async () =>
            {
                try
                {
                    while (true)
                        _read.Add(await Read(socket, most: 1));
                }
                catch (ObjectDisposedException)
                {
                }
            });
        }
        Schedule.Spawn("peer", () =>
        {
            socket.Send(1);
            socket.Send(1);
            while (socket.Bytes != 0)
                Thread.SpinWait(1);
            socket.Close();
        });
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal([1, 1], _read);
    }
}

/// <summary>A token against data: a read that was canceled has taken nothing, and a token that comes late ends no other wait.</summary>
public sealed class TokenAgainstReadiness : PollScenario
{
    private int _read;
    private int _canceled;

    private protected override void Begin()
    {
        var socket = Open();
        var source = new CancellationTokenSource();
        Start("reader", async () =>
        {
            try
            {
                _read += await Read(socket, most: 1, source.Token);
            }
            catch (OperationCanceledException)
            {
                _canceled++;
            }
            while (_read < 2)
                _read += await Read(socket, most: 1);
        });
        Schedule.Spawn("canceler", source.Cancel);
        Schedule.Spawn("peer", () =>
        {
            socket.Send(1);
            socket.Send(1);
        });
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(2, _read);
        Assert.InRange(_canceled, 0, 1);
    }
}
