using System.Globalization;
using static Gmp.Goroutine;

namespace Gmp.Tests.Linearizability;

/// <summary>
/// Many short histories, one after the other. The seed decides what the workers do; how they meet is the machine's. <c>GMP_HISTORIES</c>
/// says how many each test makes, <c>GMP_SEED</c> where the seeds begin.
/// </summary>
public static class Campaign
{
    /// <summary>How many histories each test makes.</summary>
    public static int Histories { get; } = (int)(FromEnvironment("GMP_HISTORIES") ?? 250);

    /// <summary>The first history's seed.</summary>
    public static int FirstSeed { get; } = (int)(FromEnvironment("GMP_SEED") ?? 1);

    /// <summary>How many workers a history has.</summary>
    public const int Workers = 4;

    private const int MostSpins = 3000;

    /// <summary>Lets goroutines work on a thing at the same time, again and again, and explains what each history saw.</summary>
    /// <param name="histories">How many.</param>
    /// <param name="make">Makes the thing anew.</param>
    /// <param name="work">What a worker does.</param>
    /// <param name="end">What the main goroutine does when each worker has ended or waits; it is one more worker, the last.</param>
    /// <param name="model">The thing's model.</param>
    /// <returns>What is wrong with the first history that cannot be explained, or null.</returns>
    public static string? OfGoroutines<TThing, TState>(
        int histories, Func<TThing> make, Func<Worker<TThing>, GoTask> work, Func<Worker<TThing>, GoTask>? end, SequentialModel<TState> model)
        where TState : struct, IEquatable<TState>
    {
        string? failure = null;
        int explained = 0;
        long operations = 0, overlapping = 0;
        RuntimeTest.Run(Workers, async () =>
        {
            for (int seed = FirstSeed; seed < FirstSeed + histories && failure is null; seed++)
            {
                var thing = make();
                var history = new History(Workers + 1);
                var all = new WaitGroup();
                int ready = 0, running = 0, ended = 0;
                for (int i = 0; i < Workers; i++)
                {
                    var worker = new Worker<TThing>(thing, history, i, new Random((seed * 31) + i));
                    all.Go(async () =>
                    {
                        // Nobody begins before all are there, nor, for a moment, before as many as can run at once do.
                        Interlocked.Increment(ref ready);
                        while (Volatile.Read(ref ready) < Workers)
                            await Yield();
                        MeetRunning(ref running, Workers);
                        await work(worker);
                        Interlocked.Increment(ref ended);
                    });
                }
                if (end is not null)
                {
                    while (Volatile.Read(ref ended) + Waiting() < Workers)
                        await Yield();
                    await end(new Worker<TThing>(thing, history, Workers, new Random(seed)));
                }
                await all.Wait();
                var seen = history.Operations();
                operations += seen.Count;
                overlapping += seen.Count(o => o.Overlaps);
                failure = Explain(seed, model, seen);
                explained++;
            }
        });
        Report(typeof(TThing).Name, explained, operations, overlapping);
        return failure;
    }

    /// <summary>Explains a history, or says with which seed it came about.</summary>
    public static string? Explain<TState>(int seed, SequentialModel<TState> model, IReadOnlyList<Operation> operations)
        where TState : struct, IEquatable<TState>
    {
        string? failure = Checker.Check(model, operations);
        return failure is null ? null : string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {failure}");
    }

    /// <summary>Waits for a moment until as many of the workers run as can at once: without it the first is done before the second has woken up.</summary>
    public static void MeetRunning(ref int running, int workers)
    {
        Interlocked.Increment(ref running);
        int atOnce = Math.Min(workers, Environment.ProcessorCount);
        for (int spins = 0; spins < MostSpins && Volatile.Read(ref running) < atOnce; spins++)
            Thread.SpinWait(1);
    }

    /// <summary>For the log of the long mode: how much there was to explain.</summary>
    public static void Report(string what, int histories, long operations, long overlapping) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {histories:N0} histories, {operations:N0} operations, {100.0 * overlapping / Math.Max(1, operations):N0} % of them beside others"));

    private static int Waiting()
    {
        int count = 0;
        foreach (var g in M.Current!.Scheduler.AllGs.Snapshot())
        {
            if (g.Status == Tracing.GoStatus.Waiting)
                count++;
        }
        return count;
    }

    private static long? FromEnvironment(string name) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out long value) ? value : null;
}

/// <summary>One that works on a thing and says what it does.</summary>
/// <param name="Thing">The thing.</param>
/// <param name="History">Where it is written down.</param>
/// <param name="Number">Who it is.</param>
/// <param name="Random">What decides about its work.</param>
public sealed record Worker<TThing>(TThing Thing, History History, int Number, Random Random)
{
    public Operation Begin(string call, long argument = -1) => History.Begin(Number, call, argument);

    public void End(Operation operation, Ending ending = Ending.Done, long value = -1) => History.End(operation, ending, value);

    /// <summary>Now and then, so that others come in between.</summary>
    public async GoTask Pause()
    {
        int pause = Random.Next(8);
        if (pause == 0)
            await Yield();
        else if (pause < 4)
            Thread.SpinWait(1 << (2 * pause));
    }
}
