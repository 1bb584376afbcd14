namespace Gmp.Tests;

public sealed class RunQueueTests : IDisposable
{
    private readonly Scheduler _scheduler;
    private readonly Chan<bool> _end = new();
    private readonly Task _run;

    public RunQueueTests()
    {
        // Goroutine objects belong to a scheduler; these never run.
        Scheduler? mine = null;
        var started = new ManualResetEventSlim();
        _run = Scheduler.RunAsync(
            async () =>
            {
                mine = M.Current!.Scheduler;
                started.Set();
                await _end.Receive();
            },
            new SchedulerOptions { Processors = 1, DetectDeadlock = false });
        started.Wait(TestContext.Current.CancellationToken);
        _scheduler = mine!;
    }

    public void Dispose()
    {
        _end.Close();
        _run.GetAwaiter().GetResult();
    }

    private G NewG(long id) => new(_scheduler) { Id = id };

    [Fact]
    public void What_goes_in_comes_out_in_order()
    {
        var queue = new RunQueue();
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 200; i++)
                Assert.True(queue.TryPut(NewG(i)));
            Assert.Equal(200, queue.Count);
            for (int i = 0; i < 200; i++)
                Assert.Equal(i, queue.Get()!.Id);
            Assert.Null(queue.Get());
        }
    }

    [Fact]
    public void A_full_ring_refuses_and_gives_its_older_half()
    {
        var queue = new RunQueue();
        for (int i = 0; i < RunQueue.Capacity; i++)
            Assert.True(queue.TryPut(NewG(i)));
        Assert.False(queue.TryPut(NewG(999)));
        var half = new G[RunQueue.Capacity / 2];
        Assert.True(queue.TryTakeHalf(half));
        Assert.Equal(Enumerable.Range(0, half.Length).Select(i => (long)i), half.Select(g => g.Id));
        Assert.Equal(RunQueue.Capacity / 2, queue.Get()!.Id);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(10, 5)]
    [InlineData(255, 128)]
    public void A_thief_takes_the_larger_half(int there, int taken)
    {
        var victim = new RunQueue();
        var thief = new RunQueue();
        for (int i = 0; i < there; i++)
            victim.TryPut(NewG(i));
        var g = victim.StealInto(thief, out int count);
        Assert.Equal(taken, count);
        Assert.Equal(taken - 1, g!.Id);
        Assert.Equal(taken - 1, thief.Count);
        Assert.Equal(there - taken, victim.Count);
    }

    /// <summary>The race that the compare-and-swap on the head closes: one owner and two thieves, and every goroutine comes out once.</summary>
    [Fact]
    public void Owner_and_thieves_never_take_the_same_goroutine_and_lose_none()
    {
        const int Total = 200_000;
        var victim = new RunQueue();
        var taken = new int[Total];
        bool ended = false;
        var thieves = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            var mine = new RunQueue();
            while (true)
            {
                bool last = Volatile.Read(ref ended);
                var g = victim.StealInto(mine, out int _);
                if (g is null && last)
                    return;
                for (; g is not null; g = mine.Get())
                    Interlocked.Increment(ref taken[g.Id]);
            }
        })).ToArray();
        foreach (var thief in thieves)
            thief.Start();
        for (int i = 0; i < Total;)
        {
            if (victim.TryPut(NewG(i)))
            {
                i++;
                continue;
            }
            if (victim.Get() is { } g)
                Interlocked.Increment(ref taken[g.Id]);
        }
        while (victim.Get() is { } g)
            Interlocked.Increment(ref taken[g.Id]);
        Volatile.Write(ref ended, true);
        foreach (var thief in thieves)
            thief.Join();
        Assert.All(taken, count => Assert.Equal(1, count));
    }
}
