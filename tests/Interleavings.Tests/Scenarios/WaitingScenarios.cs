using System.Runtime.CompilerServices;

namespace Gmp.Interleavings.Tests;

/// <summary>Senders and receivers on a channel, among them a thread that is no goroutine: every value comes out once, in each sender's order.</summary>
public abstract class ChannelScenario(int capacity) : RuntimeScenario
{
    private readonly Chan<int> _chan = new(capacity);
    private readonly List<int> _received = [];

    private protected override void Begin()
    {
        Start("sender", async () =>
        {
            await _chan.Send(10);
            await _chan.Send(11);
        });
        Schedule.Spawn("outside", () =>
        {
            foreach (int value in (int[])[20, 21])
            {
                while (!_chan.TrySend(value))
                    Thread.SpinWait(1);
            }
        });
        for (int i = 0; i < 2; i++)
        {
            Start("receiver" + i, async () =>
            {
                _received.Add(await _chan.Receive());
                _received.Add(await _chan.Receive());
            });
        }
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal([10, 11, 20, 21], _received.Order());
        Assert.Equal(0, _chan.Count);
    }
}

/// <summary>Without a buffer, each send meets a receive.</summary>
public sealed class UnbufferedChannel() : ChannelScenario(0);

/// <summary>With a buffer of one, values and waiters are there at the same time.</summary>
public sealed class BufferedChannel() : ChannelScenario(1);

/// <summary>A channel is closed under receivers that come, wait, or go on: each ends, and values that were sent before are not lost.</summary>
public sealed class CloseAgainstReceivers : RuntimeScenario
{
    private readonly Chan<int> _chan = new(2);
    private int _sum;

    private protected override void Begin()
    {
        for (int i = 0; i < 2; i++)
        {
            Start("ranger" + i, async () =>
            {
                await foreach (int value in _chan)
                    _sum += value;
            });
        }
        Schedule.Spawn("closer", () =>
        {
            Assert.True(_chan.TrySend(1));
            Assert.True(_chan.TrySend(2));
            _chan.Close();
        });
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(3, _sum);
    }
}

/// <summary>What a goroutine awaits completes while it parks, twice with the same object.</summary>
public sealed class CompletionAgainstPark : RuntimeScenario
{
    private readonly Promise[] _promises = [new(), new()];
    private int _resumed;

    private protected override void Begin()
    {
        Start("awaiter", async () =>
        {
            foreach (var promise in _promises)
            {
                await promise;
                _resumed++;
            }
        });
        Schedule.Spawn("completer", () =>
        {
            foreach (var promise in _promises)
            {
                Compute(4);
                promise.Complete();
            }
        });
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(2, _resumed);
    }

    /// <summary>Something foreign. Not a Task, which may hand its continuation to the thread pool, where no schedule reaches.</summary>
    private sealed class Promise : INotifyCompletion
    {
        private static readonly Action s_completed = () => { };
        private Action? _continuation;

        public bool IsCompleted => Volatile.Read(ref _continuation) == s_completed;

        public Promise GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation)
        {
            if (Interlocked.CompareExchange(ref _continuation, continuation, null) is not null)
                continuation();
        }

        internal void Complete() => Interlocked.Exchange(ref _continuation, s_completed)?.Invoke();
    }
}

/// <summary>The last Done, of goroutines and of a thread outside, against two that begin to wait; and again after the count was zero.</summary>
public sealed class DoneAgainstWait : RuntimeScenario
{
    private readonly WaitGroup _group = new();
    private int _done;

    private protected override void Begin()
    {
        _group.Add(3);
        for (int i = 0; i < 2; i++)
        {
            Start("waiter" + i, async () =>
            {
                await _group.Wait();
                Assert.Equal(3, _done);
                await _group.Wait();
            });
        }
        for (int i = 0; i < 2; i++)
        {
            Start("worker" + i, () =>
            {
                Done();
                return GoTask.CompletedTask;
            });
        }
        Schedule.Spawn("outside", Done);
    }

    private void Done()
    {
        _done++;
        _group.Done();
    }
}
