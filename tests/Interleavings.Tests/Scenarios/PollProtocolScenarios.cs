using Gmp.Interleaving;
using Microsoft.Win32.SafeHandles;

namespace Gmp.Interleavings.Tests;

/// <summary>
/// One side of a socket, with a reader and a poller that are played by a strand each: the mark and the park alone, so that their few steps meet in every order.
/// </summary>
public sealed class MarkAgainstAttempt : Scenario
{
    private const int Bytes = 3;
    private int _there;
    private int _read;

    protected override void SetUp()
    {
        var scheduler = new Scheduler(new SchedulerOptions { Processors = 1, DetectDeadlock = false });
        var side = scheduler.OpenPoller()!.Open(new SafeFileHandle(-1, ownsHandle: false)).Reading;
        Schedule.Share(side);
        var reader = new G(scheduler);
        var parker = ThreadParker.Create();
        Schedule.Spawn("reader", () =>
        {
            while (_read < Bytes)
            {
                if (side.MayTry())
                {
                    Compute(1);
                    int n = _there;
                    _there = 0;
                    _read += n;
                    // The way back from the system call.
                    Compute(6);
                    if (n != 0)
                        continue;
                }
                if (side.Commit(reader))
                    parker.Park();
            }
        });
        Schedule.Spawn("poller", () =>
        {
            for (int i = 0; i < Bytes; i++)
            {
                Compute(2);
                _there++;
                if (side.Ready(isForGood: false) is not null)
                    parker.Unpark();
            }
        });
    }

    private static void Compute(int steps)
    {
        var strand = Carrier.Strand!;
        for (int i = 0; i < steps; i++)
            strand.Schedule.Step(strand, "computes", "", "", 0);
    }

    internal override void Check() => Assert.Equal((Bytes, 0), (_read, _there));
}

/// <summary>Three Ms, played by strands, that would all sleep in the poller: one does at a time.</summary>
public sealed class OneSleepsInPoller : Scenario
{
    private int _sleepers;
    private int _sleeps;

    protected override void SetUp()
    {
        var poller = new Scheduler(new SchedulerOptions { Processors = 1, DetectDeadlock = false }).OpenPoller()!;
        poller.WaitBegan();
        for (int i = 0; i < 3; i++)
        {
            Schedule.Spawn("m" + i, () =>
            {
                for (int n = 0; n < 2; n++)
                {
                    if (!poller.TryBeginSleep())
                        continue;
                    Assert.Equal(1, ++_sleepers);
                    _sleeps++;
                    Assert.False(poller.IsWorthALook);
                    _sleepers--;
                    poller.EndSleep();
                }
            });
        }
    }

    internal override void Check() => Assert.InRange(_sleeps, 1, 6);
}

/// <summary>
/// Deadlines that two threads set, one of them for the first time, while a third closes the connection: none stays pending, which would keep the connection in
/// memory and a deadlock unseen, and which nobody could stop.
/// </summary>
public sealed class DeadlinesAgainstClose : Scenario
{
    private Scheduler _scheduler = null!;

    protected override void SetUp()
    {
        _scheduler = new Scheduler(new SchedulerOptions { Processors = 1, DetectDeadlock = false });
        var side = _scheduler.OpenPoller()!.Open(new SafeFileHandle(-1, ownsHandle: false)).Reading;
        Schedule.Share(side);
        for (int i = 1; i <= 2; i++)
        {
            int hours = i;
            Schedule.Spawn("setter" + i, () => side.SetDeadline(RuntimeTimer.After(TimeSpan.FromHours(hours))));
        }
        Schedule.Spawn("closer", side.Close);
    }

    internal override void Check() => Assert.Equal(Timers.Never, _scheduler.NextTimer());
}
