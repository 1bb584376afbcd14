namespace Gmp.Tests.Linearizability;

/// <summary>The calls that the models of locks know.</summary>
public static class LockCalls
{
    public const string Lock = "Lock", TryLock = "TryLock", Unlock = "Unlock", RLock = "RLock", TryRLock = "TryRLock", RUnlock = "RUnlock";
    public const string Acquire = "Acquire", TryAcquire = "TryAcquire", Release = "Release";
}

/// <summary>Who holds a lock.</summary>
/// <param name="Readers">How many readers.</param>
/// <param name="Writer">Whether a writer.</param>
public readonly record struct LockState(int Readers, bool Writer)
{
    public override string ToString() => Writer ? "locked" : Readers == 0 ? "free" : $"{Readers} readers";
}

/// <summary>
/// sync.Mutex and sync.RWMutex. One that only tries may also be refused because others are at work on the lock just then (a writer waits,
/// or two try at once and one of them in vain), which Go's do as well; where nobody is, it is refused by who holds it only.
/// </summary>
public sealed class LockModel : SequentialModel<LockState>
{
    public override LockState Initial => default;

    public override bool TryStep(LockState state, Operation operation, out LockState next)
    {
        ArgumentNullException.ThrowIfNull(operation);
        next = state;
        switch (operation.Call)
        {
            case LockCalls.TryLock when operation.Ending == Ending.Refused:
                return state.Writer || state.Readers > 0 || operation.Overlaps;
            case LockCalls.TryRLock when operation.Ending == Ending.Refused:
                return state.Writer || operation.Overlaps;
            case LockCalls.Lock or LockCalls.TryLock:
                next = state with { Writer = true };
                return state == default;
            case LockCalls.RLock or LockCalls.TryRLock:
                next = state with { Readers = state.Readers + 1 };
                return !state.Writer;
            case LockCalls.Unlock:
                next = default;
                return state.Writer;
            default:
                next = state with { Readers = state.Readers - 1 };
                return state.Readers > 0;
        }
    }
}

/// <summary>A weighted semaphore. One that only tries may also be refused because others wait.</summary>
/// <param name="size">How many units there are.</param>
public sealed class SemaphoreModel(long size) : SequentialModel<long>
{
    public override long Initial => size;

    public override bool TryStep(long state, Operation operation, out long next)
    {
        ArgumentNullException.ThrowIfNull(operation);
        next = state;
        switch (operation.Call)
        {
            case LockCalls.TryAcquire when operation.Ending == Ending.Refused:
                return state < operation.Argument || operation.Overlaps;
            case LockCalls.Release:
                next = state + operation.Argument;
                return next <= size;
            default:
                next = state - operation.Argument;
                return next >= 0;
        }
    }
}
