namespace Gmp.Interleavings.Tests;

/// <summary>An M sleeps in the poller, or is about to, while threads outside queue goroutines: another M runs them, and the data still finds somebody.</summary>
public sealed class SleeperAgainstWakers : PollScenario
{
    private int _started;

    private protected override void Begin()
    {
        var socket = Open();
        Start("reader", async () => Assert.Equal(1, await Read(socket, most: 2)));
        for (int i = 0; i < 2; i++)
        {
            string name = "waker" + i;
            Schedule.Spawn(name, () =>
            {
                for (int n = 0; n < 2; n++)
                {
                    Start(name + n, () =>
                    {
                        if (++_started == 4)
                            socket.Send(1);
                        return GoTask.CompletedTask;
                    });
                }
            });
        }
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(4, _started);
    }
}

/// <summary>The M that sleeps in the poller is the only one that there may be: it is woken for what is queued, which sends what the reader waits for.</summary>
public sealed class OnlyThreadSleepsInPoller : PollScenario
{
    private bool _isTold;

    private protected override int Processors => 1;

    private protected override int MaxThreads => 1;

    private protected override void Begin()
    {
        var socket = Open();
        Start("reader", async () =>
        {
            _isTold = true;
            await Read(socket, most: 2);
        });
        Schedule.Spawn("outside", () =>
        {
            // Once it is on the idle list, and not between that and its P's: then another thread would be too many, as in Go.
            while (!_isTold || !Scheduler.AllMs()[0].IsIdle)
                Thread.SpinWait(1);
            Start("sender", () =>
            {
                socket.Send(1);
                return GoTask.CompletedTask;
            });
        });
    }
}

/// <summary>Several find their data at the same time, on Ms that go to sleep: who sleeps in the poller is one at a time, and each reader goes on once.</summary>
public sealed class ManyReadyAgainstSleeper : PollScenario
{
    private int _read;

    private protected override int Processors => 3;

    private protected override void Begin()
    {
        Socket[] sockets = [Open(), Open(), Open()];
        foreach (var socket in sockets)
        {
            Start("reader", async () =>
            {
                for (int i = 0; i < 2; i++)
                {
                    int n = await Read(socket, most: 1);
                    _read += n;
                }
            });
        }
        for (int i = 0; i < 2; i++)
        {
            Schedule.Spawn("peer" + i, () =>
            {
                foreach (var socket in sockets)
                    socket.Send(1);
            });
        }
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(6, _read);
    }
}

/// <summary>A goroutine sleeps for a time while an M sleeps in the poller for less, for more, or for ever: the sleeper wakes and sends what the reader waits for.</summary>
public sealed class TimerAgainstPollerSleeper : PollScenario
{
    private int _read;

    private protected override void Begin()
    {
        var socket = Open();
        Start("reader", async () =>
        {
            while (_read < 2)
                _read += await Read(socket, most: 2);
        });
        Schedule.Spawn("outside", () =>
        {
            for (int i = 2; i > 0; i--)
            {
                int ms = i;
                Start("sleeper" + i, async () =>
                {
                    await Goroutine.Sleep(TimeSpan.FromMilliseconds(ms));
                    socket.Send(1);
                });
            }
        });
    }
}

/// <summary>The scheduler ends while an M goes to sleep in its poller, or sleeps there: every M ends.</summary>
public sealed class EndAgainstPollerSleep : PollScenario
{
    private bool _isRead;

    private protected override void Begin()
    {
        var socket = Open();
        Start("reader", async () =>
        {
            _isRead = true;
            await Read(socket, most: 2);
        });
        Schedule.Spawn("end", () =>
        {
            // About as long as an M takes from there to its sleep.
            while (!_isRead)
                Thread.SpinWait(1);
            Compute(Schedule.Random(80));
            Scheduler.MainEnded(null);
        });
    }

    internal override void Check()
    {
        if (!Schedule.AllFinished)
            throw new InvalidOperationException("Some threads outlive their scheduler: " + Schedule.Blocked);
    }

    internal override void TearDown()
    {
    }
}
