using System.Diagnostics;
using System.Globalization;
using static Gmp.Goroutine;

namespace Gmp.Stress;

/// <summary>
/// A scheduler under stress: rounds of actors of all kinds, at the end of each of which everything must have ended, every sum must be right and
/// every invariant hold. The seed of a round is made of the run's, so the same mix comes again; the order of threads does not.
/// </summary>
internal sealed class StressScheduler(string name, StressOptions options, int number, int processors, SchedulerModel model, EchoScheduler echo)
{
    private const int MostActors = 300;

    /// <summary>So long after its last goroutine a scheduler may be busy with itself.</summary>
    private static readonly TimeSpan s_quietWithin = TimeSpan.FromSeconds(20);

    private readonly Lock _resizing = new();
    private Scheduler? _scheduler;
    private long _roundBegan = long.MaxValue;
    private int _roundSeed;

    /// <summary>What went wrong first.</summary>
    internal string? Failure { get; private set; }

    internal int Rounds { get; private set; }

    internal long Goroutines { get; private set; }

    internal TimeSpan RoundLasts => Volatile.Read(ref _roundBegan) is var began && began != long.MaxValue ? Stopwatch.GetElapsedTime(began) : TimeSpan.Zero;

    internal async Task RunAsync(TimeSpan duration)
    {
        try
        {
            await Scheduler.RunAsync(() => Main(duration), new SchedulerOptions
            {
                Name = name,
                Processors = processors,
                Model = model,
                DetectDeadlock = false,
                SurplusPeriod = TimeSpan.FromMilliseconds(200),
                UnhandledException = e => Failure ??= e.ToString(),
            });
        }
        catch (Exception e)
        {
            Failure ??= e.ToString();
        }
    }

    internal void Resize(int count)
    {
        lock (_resizing)
            _scheduler?.SetProcessors(count);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{name} round {Rounds} (seed {_roundSeed}), {Goroutines} goroutines");

    private async GoTask Main(TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        _scheduler = Scheduler.Current!;
        while (clock.Elapsed < duration && Failure is null)
        {
            Volatile.Write(ref _roundBegan, Stopwatch.GetTimestamp());
            _roundSeed = unchecked((((options.Seed * 31) + number) * 1_000_003) + Rounds);
            await Round(new Random(_roundSeed));
            await ExpectQuiet();
            Volatile.Write(ref _roundBegan, long.MaxValue);
            Rounds++;
            _scheduler.CountGoroutines(out long created, out _);
            Goroutines = created;
        }
        // No more resizing of what has ended.
        lock (_resizing)
            _scheduler = null;
    }

    private async GoTask Round(Random random)
    {
        var ended = new WaitGroup();
        var actors = new Actors(ended, echo, e => Failure ??= e);
        for (int i = random.Next(1, MostActors); i > 0; i--)
        {
            actors.Start(new Random(random.Next()));
            if (random.Next(20) == 0)
                await Yield();
        }
        await ended.Wait();
        actors.CheckSums();
    }

    private async GoTask ExpectQuiet()
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            List<string> wrong;
            lock (_resizing)
                wrong = SchedulerInvariants.Violations(_scheduler!);
            if (wrong.Count == 0)
                return;
            if (clock.Elapsed > s_quietWithin)
            {
                Failure ??= string.Join("\n  ", wrong);
                return;
            }
            // Not a sleep, whose timer would be one.
            await Yield();
            Thread.Sleep(1);
        }
    }
}
