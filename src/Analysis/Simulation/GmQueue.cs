namespace Gmp.Analysis.Simulation;

/// <summary>As Go was before 1.1: no P, one queue, one lock for everybody and everything.</summary>
internal sealed class GmQueue(SchedulerCosts costs) : QueueModel(costs)
{
    private readonly Queue<int> _queue = new();

    // There is no P that could go to another thread: a goroutine that computes keeps one of the threads.
    public override bool HandsOff => false;

    public override bool IsEmpty => _queue.Count == 0;

    public override bool Put(int job, int by, bool isNext, ref long time)
    {
        time = Lock.Pass(time, by);
        _queue.Enqueue(job);
        return true;
    }

    public override bool IsLeftBehind(int job, int by) => false;

    public override int Take(int p, ref long time)
    {
        // Go's scheduler looked under the lock; ours without, which is kinder to this model.
        if (_queue.Count == 0)
            return -1;
        time = Lock.Pass(time, p);
        return _queue.TryDequeue(out int job) ? job : -1;
    }
}
