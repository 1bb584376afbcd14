namespace Gmp;

/// <summary>The kinds of functions that a pool takes, and how each is carried out on a worker.</summary>
internal static class PoolTasks
{
    /// <summary>Carries out a task of a <see cref="GoroutinePool"/>. Tests of sealed types, so a kind costs a comparison and no wrapper.</summary>
    internal static GoTask Run(Delegate task)
    {
        switch (task)
        {
            case Func<GoTask> function:
                return function();
            case Action action:
                action();
                return default;
            case Func<Task> function:
                return Await(function);
            default:
                return Await((Func<ValueTask>)task);
        }
    }

    /// <summary>Makes a function of an argument out of one that never waits.</summary>
    internal static Func<T, GoTask> Function<T>(Action<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return argument =>
        {
            action(argument);
            return default;
        };
    }

    internal static Delegate Checked(Delegate task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task;
    }

    /// <summary>What a submission that does not wait answers.</summary>
    internal static bool Accepts(PoolVerdict verdict) => verdict switch
    {
        PoolVerdict.Accepted => true,
        PoolVerdict.Closed => throw new PoolClosedException(),
        _ => false,
    };

    private static async GoTask Await(Func<Task> function) => await function();

    private static async GoTask Await(Func<ValueTask> function) => await function();
}
