namespace Gmp;

#pragma warning disable CA1822 // the compiler calls IsCompleted on the instance

/// <summary>What a goroutine runs, where that is not simply a <see cref="Func{GoTask}"/>.</summary>
internal abstract class GoBody
{
    internal abstract GoTask Invoke();

    /// <summary>The function of the user's that it carries out, for dumps.</summary>
    internal abstract Delegate? Function { get; }

    /// <summary>A body that returns a Task: the goroutine waits for it as for anything foreign.</summary>
    internal sealed class OfTask(Func<Task> body) : GoBody
    {
        internal override Delegate? Function => body;

        internal override async GoTask Invoke() => await body();
    }

    /// <summary>A body that returns a ValueTask.</summary>
    internal sealed class OfValueTask(Func<ValueTask> body) : GoBody
    {
        internal override Delegate? Function => body;

        internal override async GoTask Invoke() => await body();
    }

    /// <summary>A body that never suspends.</summary>
    internal sealed class OfAction(Action body) : GoBody
    {
        internal override Delegate? Function => body;

        internal override GoTask Invoke()
        {
            body();
            return default;
        }
    }

    /// <summary>A body that starts with a context of its own, not with that of the thread that happens to start it.</summary>
    internal sealed class InContext(ExecutionContext? context, object body) : GoBody
    {
        internal override Delegate? Function => body as Delegate ?? ((GoBody)body).Function;

        internal override GoTask Invoke()
        {
            ExecutionContext.Restore(context ?? FlowOfContext.Default);
            return body is Func<GoTask> function ? function() : ((GoBody)body).Invoke();
        }
    }

    /// <summary>A body with an argument, which saves the caller a closure.</summary>
    internal sealed class Of<TState>(TState state, Func<TState, GoTask> body) : GoBody
    {
        internal override Delegate? Function => body;

        internal override GoTask Invoke() => body(state);
    }

    /// <summary>
    /// The rest of a method that is not a GoTask method and awaits one of the scheduler's awaitables: it parks on a goroutine of its own
    /// and goes on there.
    /// </summary>
    internal sealed class Adopted(Parker parker, Action continuation) : GoBody
    {
        internal override Delegate? Function => continuation;

        internal override async GoTask Invoke()
        {
            await new ParkAwaitable(parker);
            continuation();
        }
    }

    /// <summary>As <see cref="Adopted"/>, for a wait that the goroutine itself must finish.</summary>
    internal sealed class AdoptedLeaf(SyncLeaf leaf, Action continuation) : GoBody
    {
        internal override Delegate? Function => continuation;

        internal override async GoTask Invoke()
        {
            await new LeafAwaitable(leaf);
            continuation();
        }
    }
}

/// <summary>Parks the goroutine on whatever it is given.</summary>
internal readonly struct ParkAwaitable(Parker parker) : System.Runtime.CompilerServices.ICriticalNotifyCompletion, IParkAwaiter
{
    public bool IsCompleted => false;

    public ParkAwaitable GetAwaiter() => this;

    public void GetResult()
    {
    }

    Parker IParkAwaiter.GetParker(G g) => parker;

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => M.OfGoroutine().Scheduler.Adopt(parker, continuation);
}

/// <summary>Lets the goroutine wait with a leaf that was made for it.</summary>
internal readonly struct LeafAwaitable(SyncLeaf leaf) : System.Runtime.CompilerServices.ICriticalNotifyCompletion, ILeafAwaiter
{
    public bool IsCompleted => false;

    public LeafAwaitable GetAwaiter() => this;

    public void GetResult()
    {
    }

    GoFrame ILeafAwaiter.GetLeaf(M m, G g, out Parker parker)
    {
        parker = leaf.Waiter;
        return leaf;
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => M.OfGoroutine().Scheduler.Adopt(leaf, continuation);
}
