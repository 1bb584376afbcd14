using System.Diagnostics;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Tracing;

namespace Gmp.Analysis.Sampling;

/// <summary>
/// Follows a recording for hogs alone: it keeps no model, so that a recording can go on for hours, and puts nothing in order, so that it costs a
/// fraction of what reading costs. What it says may lag behind by what the target and its runtime buffer: up to 150 ms.
/// </summary>
/// <remarks>One thread at a time.</remarks>
public sealed class HogWatch : IDisposable
{
    private const int ReadBytes = 128 * 1024;

    /// <summary>At most this much a call, so that whoever falls behind still gets to look at something else.</summary>
    private const int MostBytesAPoll = 64 << 20;

    private readonly FileStream _file;
    private readonly Intake _intake = new();
    private readonly NettraceReader _reader;

    /// <summary>Opens a recording that grows.</summary>
    /// <exception cref="TraceFormatException">The file is missing or cannot be opened.</exception>
    public HogWatch(string path)
    {
        _file = TraceFile.Open(path);
        _reader = new NettraceReader(_intake);
    }

    /// <summary>Ticks a second of the target's clock.</summary>
    public long Frequency => _intake.Frequency;

    /// <summary>The newest moment that a record speaks of, in ticks; 0 while there is none.</summary>
    public long Newest => _intake.Newest;

    /// <summary>Hogs that go on, and those that ended and were not forgotten.</summary>
    public IReadOnlyList<LiveHog> Hogs => _intake.Hogs;

    /// <summary>Reads what was appended since, or as much of it as fits into a call.</summary>
    /// <exception cref="TraceFormatException">What was written is not a .nettrace, or of an unknown version.</exception>
    public void Poll()
    {
        int read, all = 0;
        while (all < MostBytesAPoll && (read = TraceFile.Read(_file, _reader.Space(ReadBytes)[..ReadBytes])) > 0)
        {
            _reader.Fill(read);
            all += read;
        }
    }

    /// <summary>The operating system's id of an M's thread; null where the trace did not say.</summary>
    public long? ThreadOf(int scheduler, int machine) => _intake.Threads.TryGetValue((scheduler, machine), out long thread) ? thread : null;

    /// <summary>True for the id of a thread that is or was an M.</summary>
    public bool IsMachine(long thread) => _intake.Machines.Contains(thread);

    /// <summary>Drops hogs that ended before a moment.</summary>
    public void Forget(long before) => _intake.Hogs.RemoveAll(h => h.End < before);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private sealed class Intake : INettraceSink
    {
        /// <summary>Hogs that ended are of no use for long; somebody who never asks must not make this grow.</summary>
        private const int MostHogs = 4096;

        private readonly SiteCache _sites = new();
        private readonly Dictionary<(int Scheduler, int Stream), (long Goroutine, long Time)> _started = [];
        private readonly Dictionary<(int Scheduler, int Machine), long> _ends = [];
        private BatchSchema _schema = BatchSchema.Current;

        public long Frequency { get; private set; } = Stopwatch.Frequency;

        public long Newest { get; private set; }

        public List<LiveHog> Hogs { get; } = [];

        public Dictionary<(int Scheduler, int Machine), long> Threads { get; } = [];

        public HashSet<long> Machines { get; } = [];

        public void OnTrace(in NettraceHeader header)
        {
        }

        public void OnSortedUpTo(long timestamp)
        {
        }

        public void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload)
        {
            if (e.Type is not { IsScheduler: true } type)
                return;
            if (type.Id == GmpEventSource.HelloId && Hello.Read(payload) is { } hello)
            {
                _schema = hello.Schema ?? _schema;
                Frequency = hello.Frequency;
            }
            else if (type.Id == GmpEventSource.BatchId && BatchEvent.TryRead(payload, out var header, out var records) && SchedulerMerge.IsStream(header.Stream))
            {
                OnBatch(header.Scheduler, header.Stream, new BatchDecoder(records, header.BaseTime, _schema));
            }
        }

        private void OnBatch(int scheduler, int stream, BatchDecoder r)
        {
            var (running, since) = _started.GetValueOrDefault((scheduler, stream));
            while (r.MoveNext())
            {
                switch (r.Kind)
                {
                    case EventKind.GoStart:
                        (running, since) = (r.Number(0), r.Time);
                        break;
                    case EventKind.GoCreate:
                        _sites.Put(scheduler, r.Number(0), r.Number(2));
                        break;
                    case EventKind.GoStatus:
                        _sites.Put(scheduler, r.Number(0), r.Number(6));
                        // It runs and has no P: it lost it before the recording began.
                        if (r.Number(1) == (long)GoStatus.Running && r.Number(3) < 0)
                            Begin(scheduler, r.Number(0), r.Number(4), r.Time, r.Time, startsBefore: true);
                        break;
                    case EventKind.GoHog:
                        Begin(scheduler, r.Number(0), r.Number(1), running == r.Number(0) ? since : r.Time - ToTicks(r.Number(2)), r.Time, startsBefore: false);
                        Report(scheduler, r.Number(1), r.Number(2), r.Number(3));
                        break;
                    case EventKind.GoHogEnd:
                        Report(scheduler, r.Number(1), r.Number(2), r.Number(3));
                        End(scheduler, r.Number(1), r.Time);
                        break;
                    case EventKind.GoBlock or EventKind.GoStop or EventKind.GoDestroy when stream == EventTable.NoP:
                        EndOf(scheduler, r.Number(0), r.Time);
                        break;
                    case EventKind.MStart:
                        if (r.Number(0) is >= 0 and < int.MaxValue and long m && r.Number(1) > 0)
                        {
                            Threads[(scheduler, (int)m)] = r.Number(1);
                            Machines.Add(r.Number(1));
                        }
                        break;
                }
            }
            _started[(scheduler, stream)] = (running, since);
            Newest = Math.Max(Newest, r.Time);
        }

        private long ToTicks(long ns) => (long)(ns / 1e9 * Frequency);

        private void Begin(int scheduler, long goroutine, long machine, long start, long time, bool startsBefore)
        {
            if (machine is < 0 or > int.MaxValue)
                return;
            int m = (int)machine;
            if (Hogs.Find(h => h.IsLive && h.Scheduler == scheduler && h.Machine == m) is { } before)
            {
                if (before.Goroutine == goroutine)
                    return;
                before.End = time;
            }
            if (Hogs.Count >= MostHogs)
                Hogs.RemoveAt(0);
            // The end stands in another stream, which may have come first.
            long end = _ends.GetValueOrDefault((scheduler, m));
            Hogs.Add(new LiveHog(scheduler, goroutine, m, _sites.Find(scheduler, goroutine), start) { StartsBefore = startsBefore, End = end >= time ? end : long.MaxValue });
        }

        private void Report(int scheduler, long machine, long observedNs, long onCpuNs)
        {
            // The last word covers most, and streams may bring them in any order.
            if (Hogs.FindLast(h => h.Scheduler == scheduler && h.Machine == machine) is { } hog && observedNs >= hog.ObservedNs)
                (hog.ObservedNs, hog.OnCpuNs) = (observedNs, onCpuNs);
        }

        private void End(int scheduler, long machine, long time)
        {
            if (machine is < 0 or > int.MaxValue)
                return;
            _ends[(scheduler, (int)machine)] = time;
            foreach (var hog in Hogs)
            {
                if (hog.IsLive && hog.Scheduler == scheduler && hog.Machine == machine && hog.Start <= time)
                    hog.End = time;
            }
        }

        private void EndOf(int scheduler, long goroutine, long time)
        {
            foreach (var hog in Hogs)
            {
                if (hog.IsLive && hog.Scheduler == scheduler && hog.Goroutine == goroutine && hog.Start <= time)
                    hog.End = time;
            }
        }
    }

    /// <summary>
    /// Where goroutines were created, for as many as fit: a hog is mostly one that was created lately or is of the first. One that others pushed out
    /// has no site here, and is known by its own id.
    /// </summary>
    private sealed class SiteCache
    {
        private const int Slots = 1 << 16;

        private readonly (long Key, long Site)[] _slots = new (long, long)[Slots];

        public void Put(int scheduler, long goroutine, long site) => _slots[Slot(scheduler, goroutine)] = (Key(scheduler, goroutine), site);

        public long Find(int scheduler, long goroutine) =>
            _slots[Slot(scheduler, goroutine)] is var (key, site) && key == Key(scheduler, goroutine) ? site : 0;

        private static long Key(int scheduler, long goroutine) => ((long)scheduler << 48) ^ goroutine;

        private static int Slot(int scheduler, long goroutine) => (int)(goroutine + (scheduler * 7919L)) & (Slots - 1);
    }
}
