namespace Gmp;

/// <summary>Several pools behind one face: chooses the pool for each task, and sums up their counts.</summary>
internal sealed class PoolBalancer<TTask> : PoolCore
{
    private readonly PoolWorkers<TTask>[] _pools;
    private readonly PoolBalancing _balancing;
    private uint _last = uint.MaxValue;

    internal PoolBalancer(PoolWorkers<TTask>[] pools, PoolBalancing balancing)
    {
        if (balancing is not (PoolBalancing.RoundRobin or PoolBalancing.LeastTasks))
            throw new ArgumentOutOfRangeException(nameof(balancing), balancing, "There is no such way to choose a pool.");
        _pools = pools;
        _balancing = balancing;
    }

    internal override int Capacity => _pools[0].Capacity == GoroutinePoolBase.Unlimited ? GoroutinePoolBase.Unlimited : Sum(static p => p.Capacity);

    internal override int Running => Sum(static p => p.Running);

    internal override int Idle => Sum(static p => p.Idle);

    internal override int Waiting => Sum(static p => p.Waiting);

    internal override bool IsClosed => Array.TrueForAll(_pools, static p => p.IsClosed);

    /// <summary>The pool for the next task. Where none has a free worker, the one whose turn it is: the submitter waits there.</summary>
    internal PoolWorkers<TTask> Choose()
    {
        if (_balancing == PoolBalancing.LeastTasks)
            return LeastTasks();
        var next = _pools[Interlocked.Increment(ref _last) % (uint)_pools.Length];
        if (!next.LooksFull)
            return next;
        var least = LeastTasks();
        return least.LooksFull ? next : least;
    }

    internal PoolVerdict TrySubmit(TTask task)
    {
        var m = M.Current;
        var chosen = Choose();
        var verdict = chosen.TrySubmit(task, m);
        // It filled up since it was chosen, or all looked full: a submission that does not wait gets the truth of each pool.
        for (int i = 0; verdict == PoolVerdict.Full && i < _pools.Length; i++)
        {
            if (_pools[i] != chosen)
                verdict = _pools[i].TrySubmit(task, m);
        }
        return verdict;
    }

    internal override void Tune(int capacity) => Array.ForEach(_pools, p => p.Tune(capacity));

    internal override void Release() => Array.ForEach(_pools, static p => p.Release());

    internal override void Reboot() => Array.ForEach(_pools, static p => p.Reboot());

    internal override async GoTask<bool> WaitUntilEnded(CancellationToken token)
    {
        bool ended = true;
        foreach (var pool in _pools)
            ended &= await pool.WaitUntilEnded(token);
        return ended;
    }

    private PoolWorkers<TTask> LeastTasks()
    {
        var least = _pools[0];
        int fewest = int.MaxValue;
        foreach (var pool in _pools)
        {
            // ants counts the workers, idle ones too, and so would avoid a pool that is warm and has nothing to do.
            int tasks = pool.Running - pool.Idle + pool.Waiting;
            if (tasks < fewest)
                (least, fewest) = (pool, tasks);
        }
        return least;
    }

    private int Sum(Func<PoolWorkers<TTask>, int> count)
    {
        int sum = 0;
        foreach (var pool in _pools)
            sum += count(pool);
        return sum;
    }
}
