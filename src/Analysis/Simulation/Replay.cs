namespace Gmp.Analysis.Simulation;

/// <summary>
/// Runs the work of a trace through a scheduler that does not exist: another number of Ps, or no Ps at all. Answers "what if", not "what was": jobs take as
/// long as they did in the trace, whatever caches and cores would have done to them, and there is a core for each P.
/// </summary>
public static class Replay
{
    /// <summary>With Ps, local queues and stealing.</summary>
    /// <param name="workload">The work.</param>
    /// <param name="processors">How many Ps, 1 to 1024.</param>
    /// <param name="costs">What scheduling costs, or null for the defaults.</param>
    public static ReplayResult Gmp(Workload workload, int processors, SchedulerCosts? costs = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processors, 1);
        costs ??= new SchedulerCosts();
        return new Run(workload, processors, costs, new GmpQueues(processors, costs)).Result();
    }

    /// <summary>With threads that take turns at one locked queue.</summary>
    /// <inheritdoc cref="Gmp"/>
    public static ReplayResult Gm(Workload workload, int processors, SchedulerCosts? costs = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processors, 1);
        costs ??= new SchedulerCosts();
        return new Run(workload, processors, costs, new GmQueue(costs)).Result();
    }

    private enum Happens : byte
    {
        Ready,        // a job becomes runnable
        End,          // a P's job is over
        SliceEnd,     // a P's job loses its P, and runs on
        EndWithoutP,  // such a job is over
        Look,         // a woken P looks for work
        LeftBehind,   // somebody looks whether a job still waits for its waker
    }

    private readonly record struct Event(Happens What, int Job, int P);

    private sealed class Run
    {
        private readonly Workload _work;
        private readonly SchedulerCosts _costs;
        private readonly QueueModel _queues;
        private readonly PriorityQueue<Event, (long Time, long Order)> _events = new();
        private readonly List<int> _idle = [];
        private readonly long[] _idleSince;
        private readonly long[] _busyUntil;   // of a P: its job's end, with what its own wakes cost it
        private readonly int[] _running;
        private readonly int[] _ranOn;
        private readonly long[] _readyAt;
        private readonly bool[] _isOver;
        private readonly bool[] _waitsForPrevious;
        private readonly List<int>?[] _followers;
        private readonly List<long> _waits = [];
        private long _order;
        private long _end;
        private int _looking;

        public Run(Workload work, int processors, SchedulerCosts costs, QueueModel queues)
        {
            (_work, _costs, _queues) = (work, costs, queues);
            int jobs = work.Jobs.Count;
            _idleSince = new long[processors];
            _busyUntil = new long[processors];
            _running = new int[processors];
            _ranOn = new int[jobs];
            _readyAt = new long[jobs];
            _isOver = new bool[jobs];
            _waitsForPrevious = new bool[jobs];
            _followers = new List<int>?[jobs];
            for (int p = processors - 1; p >= 0; p--)
            {
                _running[p] = -1;
                _idle.Add(p);
            }
            for (int i = 0; i < jobs; i++)
            {
                if (work.Jobs[i].Previous is >= 0 and var before)
                    (_followers[before] ??= []).Add(i);
                if (work.Jobs[i].ReleasedBy < 0)
                    At(work.Jobs[i].Release, new Event(Happens.Ready, i, -1));
            }
        }

        public ReplayResult Result()
        {
            while (_events.TryDequeue(out var e, out var when))
                Happen(e, when.Time);
            _waits.Sort();
            return new ReplayResult
            {
                Processors = _running.Length,
                Jobs = _waits.Count,
                Makespan = _end,
                RunNs = _work.RunNs,
                MedianWait = Quantile(0.5),
                Wait99 = Quantile(0.99),
                WorstWait = Quantile(1),
                WithoutLock = _queues.WithoutLock,
                Stolen = _queues.Stolen,
                Locked = _queues.GlobalLock.Taken,
                Contended = _queues.GlobalLock.Contended,
                LockWaitNs = _queues.GlobalLock.WaitNs,
            };
        }

        private long Quantile(double q) => _waits.Count == 0 ? 0 : _waits[(int)Math.Min(_waits.Count - 1, q * _waits.Count)];

        private void At(long time, Event e) => _events.Enqueue(e, (time, _order++));

        private void Happen(Event e, long time)
        {
            switch (e.What)
            {
                case Happens.Ready:
                    Ready(e.Job, time);
                    break;
                case Happens.End when time < _busyUntil[e.P]:
                    At(_busyUntil[e.P], e);   // its own wakes delayed it
                    break;
                case Happens.End:
                    _running[e.P] = -1;
                    Over(e.Job, e.P, time);
                    Next(e.P, time);
                    break;
                case Happens.SliceEnd when _running[e.P] == e.Job:
                    // The P goes on with others on another thread.
                    _running[e.P] = -1;
                    _ranOn[e.Job] = -1;
                    Next(e.P, time);
                    break;
                case Happens.EndWithoutP:
                    Over(e.Job, -1, time);
                    break;
                case Happens.Look:
                    _looking--;
                    Next(e.P, time, woken: true);
                    break;
                case Happens.LeftBehind when _queues.IsLeftBehind(e.Job, e.P):
                    Wake(time);
                    break;
            }
        }

        private void Ready(int job, long time)
        {
            var it = _work.Jobs[job];
            if (it.Previous >= 0 && !_isOver[it.Previous])
            {
                _waitsForPrevious[job] = true;
                return;
            }
            int by = it.ReleasedBy >= 0 && !_isOver[it.ReleasedBy] ? _ranOn[it.ReleasedBy] : -1;
            Queue(job, by, isNext: true, time);
        }

        private void Queue(int job, int by, bool isNext, long time)
        {
            _readyAt[job] = time;
            long done = time;
            bool wakes = _queues.Put(job, by, isNext, ref done);
            if (by >= 0)
                _busyUntil[by] += done - time;
            if (wakes)
                Wake(done);
            else if (_idle.Count > 0)
                At(done + _costs.LeftBehind, new Event(Happens.LeftBehind, job, by));
        }

        private void Over(int job, int p, long time)
        {
            _isOver[job] = true;
            _end = Math.Max(_end, time);
            if (_followers[job] is not { } followers)
                return;
            foreach (int follower in followers)
            {
                // A goroutine that gave way, or one that was readied before it had stopped.
                if (_waitsForPrevious[follower])
                    Queue(follower, p, isNext: _work.Jobs[follower].ReleasedBy != job, time);
            }
        }

        private void Next(int p, long time, bool woken = false)
        {
            long done = time;
            int job = _queues.Take(p, ref done);
            if (job < 0)
            {
                _idleSince[p] = time;
                _idle.Add(p);
                return;
            }
            // The last one that looked has found something: there may be more.
            if (woken && !_queues.IsEmpty)
                Wake(done);
            Start(p, job, done);
        }

        private void Start(int p, int job, long time)
        {
            long run = _work.Jobs[job].RunNs;
            _waits.Add(Math.Max(0, time - _readyAt[job]));
            _running[p] = job;
            _ranOn[job] = p;
            if (_queues.HandsOff && run > _work.SliceNs)
            {
                At(time + _work.SliceNs, new Event(Happens.SliceEnd, job, p));
                At(time + run, new Event(Happens.EndWithoutP, job, p));
            }
            else
            {
                _busyUntil[p] = time + run;
                At(time + run, new Event(Happens.End, job, p));
            }
            foreach (int released in _work.ReleasedBy(job))
            {
                var next = _work.Jobs[released];
                if (next.Previous == job && next.Release <= run)
                    _waitsForPrevious[released] = true;   // it gives way: its end readies it
                else
                    At(time + next.Release, new Event(Happens.Ready, released, p));
            }
        }

        // At most one looks for work at a time, as in Go.
        private void Wake(long time)
        {
            if (_idle.Count == 0 || _looking > 0)
                return;
            int p = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            _looking++;
            bool stillSpins = time - _idleSince[p] < _costs.Spin;
            At(time + (stillSpins ? _costs.StealLook : _costs.ThreadWake), new Event(Happens.Look, -1, p));
        }
    }
}
