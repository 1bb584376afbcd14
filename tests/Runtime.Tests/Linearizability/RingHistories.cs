namespace Gmp.Tests.Linearizability;

/// <summary>A P's ring and the global queue as the histories see them, by numbers, and so what a broken one overrides.</summary>
public class RingUnderTest
{
    private static readonly Scheduler s_scheduler = new(new SchedulerOptions { Processors = 1, DetectDeadlock = false });

    private readonly RunQueue _ring = new();
    private readonly GlobalQueue _global = new();
    private readonly Lock _lock = new();

    public bool TryPut(long id) => _ring.TryPut(new G(s_scheduler) { Id = id });

    public virtual long? Get() => _ring.Get()?.Id;

    /// <summary>Half of it, by a thief that comes with an empty ring.</summary>
    public virtual long[]? Steal()
    {
        var mine = new RunQueue();
        if (_ring.StealInto(mine, out int count) is not { } last)
            return null;
        var ids = new long[count];
        for (int i = 0; i < count - 1; i++)
            ids[i] = mine.Get()!.Id;
        ids[count - 1] = last.Id;
        return ids;
    }

    /// <summary>Half of it, by its owner; null if it was in vain.</summary>
    public long[]? TakeHalf()
    {
        var half = new G[RunQueue.Capacity / 2];
        return _ring.TryTakeHalf(half) ? [.. half.Select(g => g.Id)] : null;
    }

    /// <summary>What was taken, and one more behind it, as a P does.</summary>
    public void PutGlobal(long[] ids)
    {
        G[] goroutines = [.. ids.Select(id => new G(s_scheduler) { Id = id })];
        lock (_lock)
            _global.Put(goroutines);
    }

    public long? GetGlobal()
    {
        lock (_lock)
            return _global.Get()?.Id;
    }
}

/// <summary>An owner that puts and gets, and thieves, on threads of their own; near the ring's ends and in its middle.</summary>
public static class RingHistories
{
    private const int Thieves = 2, OwnersSteps = 24, ThievesSteps = 8;

    public static string? Run(int histories, Func<RingUnderTest> make)
    {
        string? failure = null;
        long all = 0, overlapping = 0;
        int seed = Campaign.FirstSeed;
        var random = new Random(seed);
        var ring = make();
        var history = new History(Thieves + 1);
        List<long> filled = [];
        Fill();
        // Threads that are made once meet at each history's beginning and end, and do not sleep there: so they do overlap.
        var meeting = new Meeting(Thieves + 1);
        var threads = new List<Thread>();
        bool ends = false;
        int running = 0, explained = 0;
        for (int i = 1; i <= Thieves; i++)
        {
            int number = i;
            threads.Add(new Thread(() =>
            {
                while (true)
                {
                    meeting.Meet();
                    if (ends)
                        return;
                    Campaign.MeetRunning(ref running, Thieves + 1);
                    Thief(ring, history, number, new Random((seed * 31) + number));
                    meeting.Meet();
                }
            }));
        }
        threads.ForEach(t => t.Start());
        for (int i = 0; i < histories && failure is null; i++)
        {
            meeting.Meet();
            Campaign.MeetRunning(ref running, Thieves + 1);
            Owner(ring, history, random, filled.Count + 1);
            meeting.Meet();
            Rest(ring, history);
            var operations = history.Operations();
            all += operations.Count;
            overlapping += operations.Count(o => o.Overlaps);
            running = 0;
            explained++;
            failure = Campaign.Explain(seed, new RingModel(filled, operations), operations);
            random = new Random(++seed);
            ring = make();
            history = new History(Thieves + 1);
            Fill();
        }
        ends = true;
        meeting.Meet();
        threads.ForEach(t => t.Join());
        Campaign.Report(nameof(RingUnderTest), explained, all, overlapping);
        return failure;

        void Fill()
        {
            filled = [];
            int count = random.Next(3) switch { 0 => random.Next(4), 1 => random.Next(60), _ => RunQueue.Capacity - random.Next(5) };
            for (int i = 1; i <= count; i++)
            {
                Assert.True(ring.TryPut(i));
                filled.Add(i);
            }
        }
    }

    private static void Owner(RingUnderTest ring, History history, Random random, long nextId)
    {
        for (int i = 0; i < OwnersSteps; i++)
        {
            Thread.SpinWait(random.Next(40));
            if (random.Next(3) == 0)
            {
                var get = history.Begin(0, RingModel.Get);
                Ended(history, get, ring.Get());
                continue;
            }
            Put(ring, history, nextId++);
        }
    }

    // As a P does: a full ring gives half of it to the global queue, with the new one behind it.
    private static void Put(RingUnderTest ring, History history, long id)
    {
        while (true)
        {
            var put = history.Begin(0, RingModel.Put, id);
            bool done = ring.TryPut(id);
            history.End(put, done ? Ending.Done : Ending.Refused);
            if (done)
                return;
            var take = history.Begin(0, RingModel.TakeHalf);
            var half = ring.TakeHalf();
            history.End(take, half is null ? Ending.Refused : Ending.Done, values: half);
            if (half is null)
                continue;
            long[] moved = [.. half, id];
            var putGlobal = history.Begin(0, RingModel.PutGlobal);
            ring.PutGlobal(moved);
            history.End(putGlobal, values: moved);
            return;
        }
    }

    private static void Thief(RingUnderTest ring, History history, int number, Random random)
    {
        for (int i = 0; i < ThievesSteps; i++)
        {
            Thread.SpinWait(random.Next(80));
            if (random.Next(4) == 0)
            {
                var get = history.Begin(number, RingModel.GetGlobal);
                Ended(history, get, ring.GetGlobal());
                continue;
            }
            var steal = history.Begin(number, RingModel.Steal);
            var ids = ring.Steal();
            history.End(steal, ids is null ? Ending.Refused : Ending.Done, values: ids);
        }
    }

    private static void Rest(RingUnderTest ring, History history)
    {
        var rest = history.Begin(0, RingModel.Rest);
        history.End(rest, values: All(ring.Get));
        rest = history.Begin(0, RingModel.RestGlobal);
        history.End(rest, values: All(ring.GetGlobal));

        static long[] All(Func<long?> next)
        {
            var ids = new List<long>();
            while (next() is { } id)
                ids.Add(id);
            return [.. ids];
        }
    }

    private static void Ended(History history, Operation operation, long? id) =>
        history.End(operation, id is null ? Ending.Refused : Ending.Done, id ?? -1);

    private sealed class Meeting(int size)
    {
        private int _there;
        private int _round;

        internal void Meet()
        {
            int round = Volatile.Read(ref _round);
            if (Interlocked.Increment(ref _there) == size)
            {
                _there = 0;
                Volatile.Write(ref _round, round + 1);
                return;
            }
            var spinner = new SpinWait();
            while (Volatile.Read(ref _round) == round)
                spinner.SpinOnce(sleep1Threshold: -1);
        }
    }
}
