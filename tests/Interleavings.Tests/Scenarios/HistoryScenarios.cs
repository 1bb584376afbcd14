using Gmp.Tests.Linearizability;

namespace Gmp.Interleavings.Tests;

/// <summary>
/// Goroutines that do what the seed says, in the interleaving that the seed says, and an order of steps that must explain what they saw. Where the
/// tests of linearizability on real threads wait for luck, here every step is a place where another may come in between.
/// </summary>
/// <typeparam name="TState">Of the model.</typeparam>
public abstract class HistoryScenario<TState>(SequentialModel<TState> model) : RuntimeScenario
    where TState : struct, IEquatable<TState>
{
    private protected const int Workers = 3, Each = 3;

    private protected History History { get; } = new(Workers + 1);

    private protected override void Begin()
    {
        for (int i = 0; i < Workers; i++)
        {
            int worker = i;
            int[] choices = [.. Enumerable.Range(0, Each).Select(_ => Schedule.Random(1000))];
            Start("worker" + i, async () =>
            {
                for (int k = 0; k < Each; k++)
                    await Work(worker, choices[k], k);
            });
        }
    }

    /// <summary>One piece of a worker's work.</summary>
    private protected abstract GoTask Work(int worker, int choice, int number);

    internal override void Check()
    {
        base.Check();
        CheckRest();
        string? failure = Checker.Check(model, History.Operations());
        Assert.True(failure is null, failure);
    }

    /// <summary>When nobody works any more: what is left.</summary>
    private protected virtual void CheckRest()
    {
    }

    private protected bool Tried(Operation operation, bool done)
    {
        History.End(operation, done ? Ending.Done : Ending.Refused);
        return done;
    }
}

/// <summary>Sends, receives and tries, and a thread that closes the channel at some time.</summary>
public abstract class ChannelHistory(int capacity) : HistoryScenario<ChanState>(new ChanModel(capacity))
{
    private readonly Chan<int> _chan = new(capacity);

    private protected override void Begin()
    {
        base.Begin();
        int patience = Schedule.Random(60);
        Schedule.Spawn("closer", () =>
        {
            Compute(patience);
            var close = History.Begin(Workers, ChanModel.Close);
            _chan.Close();
            History.End(close);
        });
    }

    private protected override async GoTask Work(int worker, int choice, int number)
    {
        int value = (worker * Each) + number + 1;
        bool sends = choice % 2 == 0, tries = choice % 3 == 0;
        var operation = History.Begin(
            worker,
            sends ? tries ? ChanModel.TrySend : ChanModel.Send : tries ? ChanModel.TryReceive : ChanModel.Receive,
            sends ? value : -1);
        try
        {
            if (sends && tries)
            {
                Tried(operation, _chan.TrySend(value));
            }
            else if (sends)
            {
                await _chan.Send(value);
                History.End(operation);
            }
            else
            {
                bool done = true, ok;
                int received;
                if (tries)
                    done = _chan.TryReceive(out received, out ok);
                else
                    (received, ok) = await _chan.ReceiveOk();
                History.End(operation, !done ? Ending.Refused : ok ? Ending.Done : Ending.Closed, ok ? received : -1);
            }
        }
        catch (ChanClosedException)
        {
            History.End(operation, Ending.Closed);
        }
    }

    private protected override void CheckRest()
    {
        bool ok;
        do
        {
            var operation = History.Begin(Workers, ChanModel.TryReceive);
            Assert.True(_chan.TryReceive(out int value, out ok));
            History.End(operation, ok ? Ending.Done : Ending.Closed, ok ? value : -1);
        }
        while (ok);
    }
}

/// <summary>Without a buffer.</summary>
public sealed class UnbufferedHistory() : ChannelHistory(0);

/// <summary>With a buffer of one.</summary>
public sealed class BufferedHistory() : ChannelHistory(1);

/// <summary>Locks, tries and unlocks.</summary>
public sealed class MutexHistory() : HistoryScenario<LockState>(new LockModel())
{
    private readonly GoMutex _mutex = new();

    private protected override async GoTask Work(int worker, int choice, int number)
    {
        bool tries = choice % 2 == 0;
        var operation = History.Begin(worker, tries ? LockCalls.TryLock : LockCalls.Lock);
        if (tries && !Tried(operation, _mutex.TryLock()))
            return;
        if (!tries)
        {
            await _mutex.Lock();
            History.End(operation);
        }
        Compute(choice % 4);
        operation = History.Begin(worker, LockCalls.Unlock);
        _mutex.Unlock();
        History.End(operation);
    }
}

/// <summary>Readers and writers that lock, try and unlock.</summary>
public sealed class RWMutexHistory() : HistoryScenario<LockState>(new LockModel())
{
    private readonly GoRWMutex _mutex = new();

    private protected override async GoTask Work(int worker, int choice, int number)
    {
        bool tries = choice % 2 == 0, reads = choice % 3 != 0;
        var operation = History.Begin(
            worker, reads ? tries ? LockCalls.TryRLock : LockCalls.RLock : tries ? LockCalls.TryLock : LockCalls.Lock);
        if (tries && !Tried(operation, reads ? _mutex.TryRLock() : _mutex.TryLock()))
            return;
        if (!tries)
        {
            if (reads)
                await _mutex.RLock();
            else
                await _mutex.Lock();
            History.End(operation);
        }
        Compute(choice % 4);
        operation = History.Begin(worker, reads ? LockCalls.RUnlock : LockCalls.Unlock);
        if (reads)
            _mutex.RUnlock();
        else
            _mutex.Unlock();
        History.End(operation);
    }
}

/// <summary>Acquires of one to three of three units.</summary>
public sealed class SemaphoreHistory() : HistoryScenario<long>(new SemaphoreModel(3))
{
    private readonly GoSemaphore _semaphore = new(3);

    private protected override async GoTask Work(int worker, int choice, int number)
    {
        bool tries = choice % 2 == 0;
        int n = 1 + (choice % 3);
        var operation = History.Begin(worker, tries ? LockCalls.TryAcquire : LockCalls.Acquire, n);
        if (tries && !Tried(operation, _semaphore.TryAcquire(n)))
            return;
        if (!tries)
        {
            await _semaphore.Acquire(n);
            History.End(operation);
        }
        Compute(choice % 4);
        operation = History.Begin(worker, LockCalls.Release, n);
        _semaphore.Release(n);
        History.End(operation);
    }

    private protected override void CheckRest() => Assert.Equal(3, _semaphore.Available);
}

/// <summary>A P's ring, nearly empty or nearly full, its owner and two thieves.</summary>
public sealed class RingHistory : Scenario
{
    private const int Thieves = 2;
    private readonly RunQueue _ring = new();
    private readonly List<long> _filled = [];
    private readonly History _history = new(Thieves + 1);
    private Scheduler _scheduler = null!;

    protected override void SetUp()
    {
        _scheduler = new Scheduler(new SchedulerOptions { Processors = 1, DetectDeadlock = false });
        int count = Schedule.Random(2) == 0 ? Schedule.Random(4) : RunQueue.Capacity - Schedule.Random(3);
        for (int i = 1; i <= count; i++)
        {
            Assert.True(_ring.TryPut(NewG(i)));
            _filled.Add(i);
        }
        Schedule.Share(_ring);
        bool[] gets = [.. Enumerable.Range(0, 5).Select(_ => Schedule.Random(3) == 0)];
        Schedule.Spawn("owner", () => Own(gets, count + 1));
        for (int i = 1; i <= Thieves; i++)
        {
            int thief = i;
            Schedule.Spawn("thief" + i, () => Steal(thief));
        }
    }

    private G NewG(long id) => new(_scheduler) { Id = id };

    private void Own(bool[] gets, long id)
    {
        foreach (bool get in gets)
        {
            if (get)
            {
                var operation = _history.Begin(0, RingModel.Get);
                var g = _ring.Get();
                _history.End(operation, g is null ? Ending.Refused : Ending.Done, g?.Id ?? -1);
                continue;
            }
            var put = _history.Begin(0, RingModel.Put, id);
            bool done = _ring.TryPut(NewG(id));
            _history.End(put, done ? Ending.Done : Ending.Refused);
            id++;
            if (done)
                continue;
            var take = _history.Begin(0, RingModel.TakeHalf);
            var half = new G[RunQueue.Capacity / 2];
            bool taken = _ring.TryTakeHalf(half);
            _history.End(take, taken ? Ending.Done : Ending.Refused, values: taken ? [.. half.Select(g => g.Id)] : null);
        }
    }

    private void Steal(int thief)
    {
        for (int i = 0; i < 2; i++)
        {
            var mine = new RunQueue();
            var steal = _history.Begin(thief, RingModel.Steal);
            var last = _ring.StealInto(mine, out _);
            var ids = new List<long>();
            _history.End(steal, last is null ? Ending.Refused : Ending.Done);
            while (mine.Get() is { } g)
                ids.Add(g.Id);
            if (last is not null)
                steal.Values = [.. ids, last.Id];
        }
    }

    internal override void Check()
    {
        var rest = _history.Begin(0, RingModel.Rest);
        var ids = new List<long>();
        while (_ring.Get() is { } g)
            ids.Add(g.Id);
        _history.End(rest, values: [.. ids]);
        var operations = _history.Operations();
        string? failure = Checker.Check(new RingModel(_filled, operations), operations);
        Assert.True(failure is null, failure);
    }
}
