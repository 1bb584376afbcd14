namespace Gmp;

/// <summary>How a scheduler is set up. Read once when it starts.</summary>
public sealed class SchedulerOptions
{
    /// <summary>The most Ps that a scheduler may have.</summary>
    public const int MostProcessors = 256;

    /// <summary>
    /// How many goroutines run at the same time: the number of Ps, 1 to 256 (Go: GOMAXPROCS). The default is what the runtime counts as
    /// processors, which honours CPU affinity and the cgroup's quota.
    /// </summary>
    public int Processors { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, MostProcessors);

    /// <summary>The most threads; one more ends the process with a clear message, as in Go (debug.SetMaxThreads).</summary>
    public int MaxThreads { get; init; } = 10_000;

    /// <summary>
    /// How long a goroutine may run without a scheduling point before its P is given to another thread (Go: forcePreemptNS).
    /// </summary>
    public TimeSpan SliceDuration { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>With Ps, or without them as in Go before 1.1.</summary>
    public SchedulerModel Model { get; init; }

    /// <summary>The scheduler's name in traces.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Whether the process ends when every goroutine waits and nothing is left to wake one. Switch it off where threads that are not the
    /// scheduler's send on channels.
    /// </summary>
    public bool DetectDeadlock { get; init; } = true;

    /// <summary>
    /// Called with what a goroutine other than the main one threw and did not catch. Without it the process ends, as with a Go panic.
    /// Called on the goroutine's thread; what it throws ends the process.
    /// </summary>
    public Action<UnhandledGoroutineException>? UnhandledException { get; init; }

    /// <summary>
    /// Whether SIGQUIT (Ctrl+\, on Windows Ctrl+Break) writes every goroutine of the process to stderr and ends it with exit code 2, as in Go. Else it does what
    /// .NET does with it.
    /// </summary>
    public bool DumpOnQuit { get; init; }

    /// <summary>Whether sockets wait with the scheduler's own poller where there is one; tests try the other way.</summary>
    internal bool UsePoller { get; init; } = true;

    /// <summary>How long free goroutines lie unused before half of them go. Tests have no second to wait.</summary>
    internal TimeSpan SurplusPeriod { get; init; } = TimeSpan.FromSeconds(1);

    internal static void ValidateProcessors(int processors, string name)
    {
        if (processors is < 1 or > MostProcessors)
            throw new ArgumentOutOfRangeException(name, processors, $"A scheduler has 1 to {MostProcessors} Ps.");
    }

    internal void Validate()
    {
        ValidateProcessors(Processors, nameof(Processors));
        if (Model is not (SchedulerModel.GMP or SchedulerModel.GM))
            throw new ArgumentOutOfRangeException(nameof(Model), Model, "There are two models, GMP and GM.");
        if (MaxThreads < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxThreads), MaxThreads, "A scheduler needs a thread.");
        if (SliceDuration < TimeSpan.FromTicks(1000))
            throw new ArgumentOutOfRangeException(nameof(SliceDuration), SliceDuration, "A slice lasts 100 us at least.");
    }
}
