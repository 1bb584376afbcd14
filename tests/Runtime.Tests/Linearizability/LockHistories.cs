namespace Gmp.Tests.Linearizability;

/// <summary>A lock as the histories see it: with readers, or one that has only writers.</summary>
public abstract class LockUnderTest
{
    public virtual bool HasReaders => false;

    public abstract GoTask Lock();

    public abstract bool TryLock();

    public abstract void Unlock();

    public virtual GoTask RLock() => throw new NotSupportedException();

    public virtual bool TryRLock() => throw new NotSupportedException();

    public virtual void RUnlock() => throw new NotSupportedException();
}

/// <summary>Locks, tries and unlocks at the same time, each by who holds it.</summary>
public static class LockHistories
{
    private const int Rounds = 5;

    public static string? Run(int histories, Func<LockUnderTest> make) => Campaign.OfGoroutines(histories, make, Work, null, new LockModel());

    private static async GoTask Work(Worker<LockUnderTest> worker)
    {
        for (int i = 0; i < Rounds; i++)
        {
            await worker.Pause();
            bool reads = worker.Thing.HasReaders && worker.Random.Next(2) == 0;
            bool tries = worker.Random.Next(2) == 0;
            var operation = worker.Begin(
                reads ? tries ? LockCalls.TryRLock : LockCalls.RLock : tries ? LockCalls.TryLock : LockCalls.Lock);
            if (tries && !(reads ? worker.Thing.TryRLock() : worker.Thing.TryLock()))
            {
                worker.End(operation, Ending.Refused);
                continue;
            }
            if (!tries)
                await (reads ? worker.Thing.RLock() : worker.Thing.Lock());
            worker.End(operation);
            await worker.Pause();
            operation = worker.Begin(reads ? LockCalls.RUnlock : LockCalls.Unlock);
            if (reads)
                worker.Thing.RUnlock();
            else
                worker.Thing.Unlock();
            worker.End(operation);
        }
    }
}

/// <summary>A semaphore as the histories see it.</summary>
public class SemaphoreUnderTest(long size)
{
    private readonly GoSemaphore _semaphore = new(size);

    public async GoTask Acquire(long n) => await _semaphore.Acquire(n);

    public bool TryAcquire(long n) => _semaphore.TryAcquire(n);

    public void Release(long n) => _semaphore.Release(n);
}

/// <summary>Acquires of some units, tries and releases at the same time.</summary>
public static class SemaphoreHistories
{
    private const int Rounds = 5;

    /// <summary>How many units the model has.</summary>
    public const int Size = 3;

    public static string? Run(int histories, Func<SemaphoreUnderTest> make) => Campaign.OfGoroutines(histories, make, Work, End, new SemaphoreModel(Size));

    private static async GoTask Work(Worker<SemaphoreUnderTest> worker)
    {
        for (int i = 0; i < Rounds; i++)
        {
            await worker.Pause();
            int n = worker.Random.Next(Size + 1);
            Operation operation;
            if (worker.Random.Next(2) == 0)
            {
                operation = worker.Begin(LockCalls.TryAcquire, n);
                bool done = worker.Thing.TryAcquire(n);
                worker.End(operation, done ? Ending.Done : Ending.Refused);
                if (!done)
                    continue;
            }
            else
            {
                operation = worker.Begin(LockCalls.Acquire, n);
                await worker.Thing.Acquire(n);
                worker.End(operation);
            }
            await worker.Pause();
            operation = worker.Begin(LockCalls.Release, n);
            worker.Thing.Release(n);
            worker.End(operation);
        }
    }

    // Everything is free again. It is asked for when all have ended: whoever still waits then is owed what another has.
    private static async GoTask End(Worker<SemaphoreUnderTest> worker)
    {
        var operation = worker.Begin(LockCalls.Acquire, Size);
        await worker.Thing.Acquire(Size);
        worker.End(operation);
        operation = worker.Begin(LockCalls.Release, Size);
        worker.Thing.Release(Size);
        worker.End(operation);
    }
}
