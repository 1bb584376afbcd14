using System.Diagnostics;
using System.Globalization;
using Gmp.Interleaving;

namespace Gmp.Interleavings.Tests;

/// <summary>A few threads on the runtime's lock-free code, and what must hold when none of them can go on. One object a schedule.</summary>
public abstract class Scenario
{
    /// <summary>So many steps, and it makes no progress.</summary>
    public virtual int MostSteps => 20_000;

    /// <summary>The schedule that it runs in.</summary>
    protected Schedule Schedule { get; private set; } = null!;

    internal void SetUp(Schedule schedule)
    {
        Schedule = schedule;
        SetUp();
    }

    /// <summary>Makes the things and the strands. Not interleaved.</summary>
    protected abstract void SetUp();

    /// <summary>Nobody can go on any more: throws if anything is not as it must be.</summary>
    internal abstract void Check();

    /// <summary>Lets threads that sleep for ever end. Afterwards all must have finished.</summary>
    internal virtual void TearDown()
    {
    }
}

/// <summary>What came of many schedules of one scenario.</summary>
/// <param name="Failure">The first failure, with its seed and its last steps, or null.</param>
/// <param name="Schedules">How many ran.</param>
/// <param name="Steps">Their steps together.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record Outcome(string? Failure, int Schedules, long Steps, TimeSpan Elapsed)
{
    /// <summary>For the log of the long mode.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Schedules:N0} schedules of {Steps / Math.Max(1, Schedules):N0} steps, {Schedules / Elapsed.TotalSeconds:N0} schedules/s{(Failure is null ? "" : ", FAILED")}");
}

/// <summary>Runs a scenario under one seed after another until one fails.</summary>
public static class Explorer
{
    /// <summary>How many schedules each scenario gets: <c>GMP_SCHEDULES</c>, or what keeps the normal tests short.</summary>
    public static int SchedulesEach { get; } = FromEnvironment("GMP_SCHEDULES") is { } n ? (int)n : 700;

    /// <summary>Replays this seed only, with its trace: <c>GMP_SEED</c>.</summary>
    public static long? OnlySeed { get; } = FromEnvironment("GMP_SEED");

    /// <summary>Whether the steps of a mutation's failure are shown too: <c>GMP_TRACE=1</c>.</summary>
    public static bool ShowsTraces { get; } = FromEnvironment("GMP_TRACE") == 1;

    /// <summary>Explores; the seeds are 1, 2, 3 and so on, the same ones each time.</summary>
    public static Outcome Explore<TScenario>(int schedules, Mutation? mutation = null)
        where TScenario : Scenario, new()
    {
        var watch = Stopwatch.StartNew();
        long steps = 0;
        Mutation.Active = mutation;
        try
        {
            // How long a schedule is, for choosing where to interrupt: from one that is always the same.
            int expected = RunOne(new TScenario(), seed: 0, expectedSteps: 1000, trace: false).Steps;
            long first = OnlySeed ?? 1;
            for (long seed = first; seed < first + (OnlySeed is null ? schedules : 1); seed++)
            {
                var schedule = RunOne(new TScenario(), seed, expected, trace: OnlySeed is not null);
                steps += schedule.Steps;
                if (schedule.Failure is null)
                    continue;
                // Once more, now with its trace: a seed is all that it takes.
                var again = RunOne(new TScenario(), seed, expected, trace: true);
                return new Outcome((again.Failure is null ? schedule : again).Describe(typeof(TScenario).Name), (int)(seed - first + 1), steps, watch.Elapsed);
            }
            return new Outcome(null, OnlySeed is null ? schedules : 1, steps, watch.Elapsed);
        }
        finally
        {
            Mutation.Active = null;
        }
    }

    /// <summary>Runs one schedule to its end.</summary>
    public static Schedule RunOne(Scenario scenario, long seed, int expectedSteps, bool trace)
    {
        var schedule = new Schedule(seed, expectedSteps, scenario.MostSteps, trace);
        schedule.Enter();
        try
        {
            scenario.SetUp(schedule);
            schedule.Run();
            if (schedule.Failure is null)
            {
                try
                {
                    scenario.Check();
                    scenario.TearDown();
                    schedule.RunToEnd();
                    if (!schedule.AllFinished)
                        throw new InvalidOperationException("Some threads never end: " + schedule.Blocked);
                }
                catch (Exception e)
                {
                    schedule.Fail(e);
                }
            }
            if (schedule.Failure is not null)
                schedule.Abort();
            return schedule;
        }
        finally
        {
            Schedule.Leave();
        }
    }

    private static long? FromEnvironment(string name) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out long value) ? value : null;
}
