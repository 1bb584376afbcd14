namespace Gmp.Interleavings.Tests;

/// <summary>Signals of a thread that has the lock, against goroutines that look at the condition and wait: each change is seen.</summary>
public sealed class SignalAgainstWait : RuntimeScenario
{
    private readonly GoMutex _mutex = new();
    private GoCond _cond = null!;
    private int _free;
    private int _taken;

    private protected override void Begin()
    {
        _cond = new GoCond(_mutex);
        for (int i = 0; i < 2; i++)
        {
            Start("waiter" + i, async () =>
            {
                await _mutex.Lock();
                while (_free == 0)
                    await _cond.Wait();
                _free--;
                _taken++;
                _mutex.Unlock();
            });
        }
        Schedule.Spawn("signaler", () =>
        {
            for (int i = 0; i < 2; i++)
            {
                while (!_mutex.TryLock())
                    Thread.SpinWait(1);
                _free++;
                _mutex.Unlock();
                // Without the lock: another thread may have it by now.
                _cond.Signal();
            }
        });
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(2, _taken);
        Assert.False(_mutex.IsLocked);
    }
}

/// <summary>A signal against the token of the one that waits first: it is that one's, or the next one's.</summary>
public sealed class SignalAgainstToken : RuntimeScenario
{
    private readonly GoMutex _mutex = new();
    private GoCond _cond = null!;
    private int _waiting;
    private int _canceled;
    private int _woken;
    private bool _signaled;

    private protected override void Begin()
    {
        var source = new CancellationTokenSource();
        _cond = new GoCond(_mutex);
        Start("cancelable", () => Wait(source.Token));
        Start("patient", () => Wait(default));
        Schedule.Spawn("canceler", source.Cancel);
        Schedule.Spawn("signaler", () =>
        {
            while (!_signaled)
            {
                if (!_mutex.TryLock())
                {
                    Thread.SpinWait(1);
                    continue;
                }
                // Both wait, or one has gone: whoever is still there has had its one signal when this has been given.
                _signaled = _waiting == 2;
                _mutex.Unlock();
                if (_signaled)
                    _cond.Signal();
                else
                    Thread.SpinWait(1);
            }
        });
    }

    private async GoTask Wait(CancellationToken token)
    {
        await _mutex.Lock(CancellationToken.None);
        _waiting++;
        try
        {
            await _cond.Wait(token);
            _woken++;
            // Passed on, so that both end if the signal was the first one's.
            _cond.Signal();
        }
        catch (OperationCanceledException)
        {
            _canceled++;
        }
        Assert.True(_mutex.IsLocked);
        _mutex.Unlock();
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(2, _canceled + _woken);
        Assert.True(_woken >= 1, "the signal was lost");
    }
}

/// <summary>Whoever comes while another one works, or when it ends, waits as long and no longer.</summary>
public sealed class OnceAgainstOnce : RuntimeScenario
{
    private readonly GoOnce _once = new();
    private int _begun;
    private int _done;

    private protected override void Begin()
    {
        for (int i = 0; i < 3; i++)
        {
            Start("caller" + i, async () =>
            {
                await _once.Do(async () =>
                {
                    _begun++;
                    await Goroutine.Yield();
                    Compute(2);
                    _done++;
                });
                Assert.Equal(1, _done);
            });
        }
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(1, _begun);
        Assert.True(_once.IsDone);
    }
}

/// <summary>Takers of one and of many units, among them a thread that tries: never more than there are, and everybody is served.</summary>
public sealed class AcquireAgainstRelease : RuntimeScenario
{
    private readonly GoSemaphore _semaphore = new(3);
    private int _taken;

    private protected override void Begin()
    {
        foreach (int n in (int[])[2, 3, 1])
        {
            Start("taker of " + n, async () =>
            {
                await _semaphore.Acquire(n);
                Use(n);
            });
        }
        Schedule.Spawn("outside", () =>
        {
            if (_semaphore.TryAcquire(2))
                Use(2);
        });
    }

    private void Use(int n)
    {
        _taken += n;
        Assert.True(_taken <= 3, $"{_taken} units are taken");
        Compute(3);
        _taken -= n;
        _semaphore.Release(n);
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(3, _semaphore.Available);
        Assert.True(_semaphore.TryAcquire(3));
    }
}

/// <summary>The token of the first in line against a release: those behind it are served by one or the other, and no unit is lost.</summary>
public sealed class AcquireAgainstToken : RuntimeScenario
{
    private readonly GoSemaphore _semaphore = new(2);

    private protected override void Begin()
    {
        var source = new CancellationTokenSource();
        Assert.True(_semaphore.TryAcquire(1));
        Start("great", async () =>
        {
            try
            {
                await _semaphore.Acquire(2, source.Token);
                _semaphore.Release(2);
            }
            catch (OperationCanceledException)
            {
            }
        });
        Start("small", async () =>
        {
            await _semaphore.Acquire();
            _semaphore.Release();
        });
        Schedule.Spawn("canceler", source.Cancel);
        Schedule.Spawn("releaser", () => _semaphore.Release());
    }

    internal override void Check()
    {
        base.Check();
        Assert.Equal(2, _semaphore.Available);
        Assert.True(_semaphore.TryAcquire(2));
    }
}

/// <summary>A token against the last Done: the wait ends once.</summary>
public sealed class DoneAgainstToken : RuntimeScenario
{
    private readonly WaitGroup _group = new();

    private protected override void Begin()
    {
        var source = new CancellationTokenSource();
        _group.Add(1);
        foreach (var token in (CancellationToken[])[source.Token, default])
        {
            Start("waiter", async () =>
            {
                try
                {
                    await _group.Wait(token);
                }
                catch (OperationCanceledException)
                {
                    Assert.NotEqual(default, token);
                }
            });
        }
        Schedule.Spawn("canceler", source.Cancel);
        Schedule.Spawn("doer", _group.Done);
    }
}
