namespace Gmp.Analysis.Simulation;

/// <summary>As this runtime and Go do it: a ring and a next slot for each P, a locked queue for the rest, and stealing.</summary>
internal sealed class GmpQueues(int processors, SchedulerCosts costs) : QueueModel(costs)
{
    private const int RingCapacity = 256, GlobalFirstEvery = 61, LongestChain = 64;

    private readonly Queue<int>[] _rings = [.. Enumerable.Range(0, processors).Select(_ => new Queue<int>())];
    private readonly int[] _next = [.. Enumerable.Repeat(-1, processors)];
    private readonly int[] _chains = new int[processors];
    private readonly uint[] _ticks = new uint[processors];
    private readonly Queue<int> _global = new();
    private uint _random = 0x9E3779B9;

    public override bool HandsOff => true;

    public override bool IsEmpty => _global.Count == 0 && _rings.All(r => r.Count == 0) && _next.All(n => n < 0);

    public override bool Put(int job, int by, bool isNext, ref long time)
    {
        if (by < 0)
        {
            time = Lock.Pass(time, by);
            _global.Enqueue(job);
            return true;
        }
        time += Costs.Local;
        if (!isNext)
        {
            PutRing(by, job, ref time);
            return true;
        }
        int displaced = _next[by];
        _next[by] = job;
        if (displaced >= 0)
            PutRing(by, displaced, ref time);
        // What waits in the slot alone is the P's own next work: the watcher takes it if its waker goes on.
        return _rings[by].Count > 0;
    }

    public override bool IsLeftBehind(int job, int by) => by >= 0 && _next[by] == job;

    public override int Take(int p, ref long time)
    {
        if (++_ticks[p] % GlobalFirstEvery == 0 && _global.Count > 0)
            return TakeGlobal(p, 1, ref time);
        if (_next[p] >= 0 && (_chains[p] < LongestChain || (_rings[p].Count == 0 && _global.Count == 0)))
        {
            time += Costs.Local;
            _chains[p]++;
            WithoutLock++;
            int job = _next[p];
            _next[p] = -1;
            return job;
        }
        _chains[p] = 0;
        if (_rings[p].Count > 0)
        {
            time += Costs.Local;
            WithoutLock++;
            return _rings[p].Dequeue();
        }
        if (_global.Count > 0)
            return TakeGlobal(p, Math.Min(RingCapacity / 2, (_global.Count / _rings.Length) + 1), ref time);
        return Steal(p, ref time);
    }

    private void PutRing(int p, int job, ref long time)
    {
        if (_rings[p].Count < RingCapacity)
        {
            _rings[p].Enqueue(job);
            return;
        }
        // Half of the ring goes to the global queue, under one lock.
        time = Lock.Pass(time, p);
        for (int i = 0; i < RingCapacity / 2; i++)
            _global.Enqueue(_rings[p].Dequeue());
        _global.Enqueue(job);
    }

    private int TakeGlobal(int p, int count, ref long time)
    {
        time = Lock.Pass(time, p);
        int first = _global.Dequeue();
        while (--count > 0 && _global.Count > 0 && _rings[p].Count < RingCapacity)
            _rings[p].Enqueue(_global.Dequeue());
        return first;
    }

    private int Steal(int p, ref long time)
    {
        int n = _rings.Length;
        // The slots only in a second round, as the last of Go's four.
        for (int round = 0; round < 2; round++)
        {
            int start = (int)(Random() % (uint)n);
            for (int i = 0; i < n; i++)
            {
                int victim = (start + i) % n;
                if (victim == p)
                    continue;
                time += Costs.StealLook;
                int half = (_rings[victim].Count + 1) / 2;
                if (half == 0 && (round == 0 || _next[victim] < 0))
                    continue;
                time += Costs.StealTake;
                WithoutLock++;
                if (half == 0)
                {
                    Stolen++;
                    int left = _next[victim];
                    _next[victim] = -1;
                    return left;
                }
                Stolen += half;
                int first = _rings[victim].Dequeue();
                for (int k = 1; k < half; k++)
                    _rings[p].Enqueue(_rings[victim].Dequeue());
                return first;
            }
        }
        return -1;
    }

    private uint Random()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return _random;
    }
}
