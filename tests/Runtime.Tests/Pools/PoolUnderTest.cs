namespace Gmp.Tests;

/// <summary>A pool of any kind, as the contract sees it.</summary>
/// <param name="Control">Its counts and life.</param>
/// <param name="Submit">Gives it a task, and waits until a worker has it.</param>
/// <param name="TrySubmit">Gives it a task if that needs no wait.</param>
public sealed record PoolUnderTest(
    GoroutinePoolBase Control, Func<Func<GoTask>, CancellationToken, GoTask> Submit, Func<Func<GoTask>, bool> TrySubmit)
{
    public static PoolUnderTest Of(GoroutinePool pool) => new(pool, async (task, token) => await pool.Submit(task, token), pool.TrySubmit);

    public static PoolUnderTest Of(GoroutinePools pools) => new(pools, async (task, token) => await pools.Submit(task, token), pools.TrySubmit);

    public static PoolUnderTest Of(GoroutinePool<Func<GoTask>> pool) => new(pool, async (task, token) => await pool.Invoke(task, token), pool.TryInvoke);

    public static PoolUnderTest Of(GoroutinePools<Func<GoTask>> pools) =>
        new(pools, async (task, token) => await pools.Invoke(task, token), pools.TryInvoke);

    public GoTask Run(Func<GoTask> task) => Submit(task, CancellationToken.None);
}
