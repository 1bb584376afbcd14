using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Tracing;

namespace Gmp.Analysis.Watching;

/// <summary>
/// Follows the stream of a session without a file: keeps its last stretch, says when conditions come true, and writes the stretch as a .nettrace file
/// when asked. One thread. What it holds is bounded by the ring, the goroutines that are alive, and a tenth of a second of the stream.
/// </summary>
public sealed class LiveWatch
{
    private readonly IReadOnlyList<WatchCondition> _conditions;
    private readonly TraceInfo _info = new();
    private readonly TraceClock _clock = new();
    private readonly RecordFilter _filter;
    private readonly EventIntake _intake;
    private readonly NettraceReader _reader;
    private readonly BatchRing _ring;
    private readonly Dictionary<int, SchedulerWatch> _watches = [];
    private readonly Queue<Firing> _firings = new();
    private TraceOrigin? _origin;

    /// <summary>Makes a watch.</summary>
    /// <param name="conditions">What to look for.</param>
    /// <param name="bytes">How much to keep, at least <see cref="BatchRing.LeastBytes"/>.</param>
    public LiveWatch(IReadOnlyList<WatchCondition> conditions, long bytes)
    {
        _conditions = conditions;
        _ring = new BatchRing(bytes);
        _filter = new RecordFilter(_info);
        // Samples are what a recorder adds to a finished file: a session has none.
        _intake = new EventIntake(_info, _filter, _clock, new SampleIntake(new CpuSamples()));
        _reader = new NettraceReader(new Tee(this));
    }

    /// <summary>True once the process said that it has the provider of goroutines.</summary>
    public bool HasGoroutineProvider => _info.HasGoroutineProvider;

    /// <summary>The newest moment that came, in ticks of the target's clock; null while nothing has.</summary>
    public long? NewestTicks { get; private set; }

    /// <summary>Ticks a second.</summary>
    public long Frequency => _clock.Frequency;

    /// <summary>What is kept now, bytes.</summary>
    public long KeptBytes => _ring.Length;

    /// <summary>True if the ring should be told everyone's state anew, or its files will begin later than they could.</summary>
    public bool WantsGeneration => _ring.WantsGeneration;

    /// <summary>Events that the target's runtime dropped, and batches that are missing.</summary>
    public long EventsLost => Math.Max(_reader.EventsLost, _intake.Merges.Values.Sum(m => m.Streams.Sum(s => s.Lost)));

    /// <summary>Goroutines that are remembered now.</summary>
    public int Remembered => _watches.Values.Sum(w => w.Remembered);

    /// <summary>Takes the next bytes of the stream.</summary>
    /// <exception cref="TraceFormatException">They are not a nettrace.</exception>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_reader.Space(bytes.Length));
        _reader.Fill(bytes.Length);
        Advance(atEnd: false);
    }

    /// <summary>Nothing came for some ms: the target wrote all that it had.</summary>
    public void Pause()
    {
        _intake.OnPause();
        Advance(atEnd: false);
    }

    /// <summary>Nothing will come any more.</summary>
    public void End()
    {
        if (HasGoroutineProvider)
            Advance(atEnd: true);
    }

    /// <summary>The next condition that came true and was not taken yet, or null.</summary>
    public Firing? TakeFiring() => _firings.TryDequeue(out var firing) ? firing : null;

    /// <summary>Forgets what is older than this.</summary>
    public void Forget(TimeSpan age)
    {
        if (NewestTicks is long newest)
            _ring.DropBefore(newest - Ticks(age));
    }

    /// <summary>Writes the last stretch as a whole .nettrace file.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="from">The moment that it should begin at, in ticks; it begins there or earlier, or as early as is kept.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The target has not introduced itself yet.</exception>
    public void WriteTo(Stream stream, long from) =>
        _ring.WriteTo(stream, _origin ?? throw new InvalidOperationException("Nothing came yet."), from);

    /// <summary>A length of time, in ticks.</summary>
    public long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Frequency);

    private void Advance(bool atEnd)
    {
        _intake.Settle(atEnd);
        foreach (var (id, merge) in _intake.Merges)
        {
            if (atEnd)
                merge.ReleaseUpTo(long.MaxValue - 1);
            if (!_watches.TryGetValue(id, out var watch))
                _watches[id] = watch = new SchedulerWatch(id, _conditions, _clock, Fire);
            merge.Run(watch);
        }
    }

    private void Fire(WatchCondition condition, long ticks, string what) => _firings.Enqueue(new Firing(condition, ticks, UtcOf(ticks), what));

    private DateTime UtcOf(long ticks) =>
        _origin is { } origin ? origin.Utc.AddSeconds((double)(ticks - origin.Ticks) / origin.Frequency) : DateTime.UtcNow;

    private void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload)
    {
        NewestTicks = Math.Max(NewestTicks ?? long.MinValue, e.Timestamp);
        if (e.Type is not { IsScheduler: true } type)
            return;
        if (type.Id == GmpEventSource.HelloId && _origin is null && Hello.Read(payload) is { } hello)
            _origin = hello.ToOrigin(payload);
        if (type.Id == GmpEventSource.BatchId && BatchEvent.TryRead(payload, out var header, out var records))
            _ring.Keep(header, records, e.Timestamp);
    }

    /// <summary>Every event goes to the ring as it came, and to the streams that are put in order.</summary>
    private sealed class Tee(LiveWatch watch) : INettraceSink
    {
        public void OnTrace(in NettraceHeader header) => watch._intake.OnTrace(header);

        public void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload)
        {
            watch._intake.OnEvent(e, payload);
            watch.OnEvent(e, payload);
        }

        public void OnSortedUpTo(long timestamp) => watch._intake.OnSortedUpTo(timestamp);
    }
}
