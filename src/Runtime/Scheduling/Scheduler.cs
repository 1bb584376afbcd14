using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// Runs goroutines (G) on logical processors (P) on OS threads (M), as Go's scheduler does. Start one with
/// <see cref="Run(Func{GoTask}, SchedulerOptions?, string, int, string)"/>; it ends when its main goroutine does.
/// </summary>
/// <remarks>
/// <para>Goals, after runtime/proc.go: no lock and no atomic operation on the way from one goroutine to the next on the same P; threads
/// reused; no more threads awake than there is work for; nobody runnable while a P is idle.</para>
/// <para>Where .NET differs: a goroutine is a state machine on the heap, not a stack, and cannot be stopped from outside. One that runs
/// for a whole slice without a scheduling point keeps its thread, but its P goes to another M, so the others go on; for that time more
/// threads than Ps run goroutine code.</para>
/// <para>The waking protocol. Whoever makes a goroutine runnable queues it and then reads the counts of idle Ps and spinning Ms; it wakes
/// an M only if a P is idle and nobody is looking already. An M that goes idle first shows itself in those counts, then issues a
/// process-wide barrier, then looks at every queue again. Thus either the one sees the other's work or the other sees its idleness, and
/// the frequent side, the waker, pays no fence. While a watcher looks every
/// now and then (Scheduler.Watching.cs), a goroutine that its waker's own P will run next wakes nobody. Rejected: waking for each new goroutine (threads thrash), handing the goroutine to the
/// woken thread directly (state is lost between caches), a central queue (the lock).</para>
/// <para>Several schedulers may run in one process; each has its own Ps, Ms and goroutines. Thread-safe.</para>
/// </remarks>
public sealed partial class Scheduler
{
    private static int s_lastNumber;

    internal readonly Lock Lock = new();
    internal readonly Lock Retake = new();
    internal readonly GlobalQueue Global = new();
    internal readonly GTable AllGs = new();
    internal readonly FreeGs FreeGs = new();
    internal readonly SchedulerTracer Tracer;
    internal readonly long SliceTicks;

    /// <summary>Whether Ps are mere running slots (M.WithoutP.cs).</summary>
    internal readonly bool IsWithoutP;

    private readonly List<M> _allMs = [];
    private readonly GCache _outside;   // for threads that are no Ms; under the lock beside it
    private readonly Lock _outsideLock = new();
    private readonly Sysmon _sysmon;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private P? _idlePs;
    private M? _idleMs;
    private int _idlePCount;
    private int _idleMCount;
    private int _spinning;
    private int _foreignWaits;
    private long _lastId;
    private int _lastMId;   // under Lock
    private G? _main;

    internal Scheduler(SchedulerOptions options)
    {
        options.Validate();
        Options = options;
        Number = Interlocked.Increment(ref s_lastNumber);
        SliceTicks = Clock.FromTimeSpan(options.SliceDuration);
        IsWithoutP = options.Model == SchedulerModel.GM;
        Tracer = new SchedulerTracer(this, Number);
        _outside = new GCache(this, idsAtOnce: 1);
        SynchronizationContext = new GoSynchronizationContext(this);
        _sysmon = new Sysmon(this);
        lock (Lock)
        {
            _processors = options.Processors;
            Revive(0, _processors);
            PublishPs();
        }
    }

    /// <summary>The scheduler's number in its process, from 1; traces tell it.</summary>
    public int Number { get; }

    /// <summary>Goroutines that have been created and have not ended; a moment's truth.</summary>
    public long Alive
    {
        get
        {
            CountGoroutines(out long created, out long ended);
            return created - ended;
        }
    }

    internal string Name => Options.Name;

    internal SchedulerOptions Options { get; }

    internal GoSynchronizationContext SynchronizationContext { get; }

    internal int IdleProcessors => Volatile.Read(ref _idlePCount);

    internal int Spinning => Volatile.Read(ref _spinning);

    internal bool IsMain(G g) => ReferenceEquals(g, _main);

    /// <summary>Runs <paramref name="main"/> as the first goroutine and returns when it ends; goroutines that are left are abandoned, as in Go.</summary>
    /// <param name="main">The main goroutine.</param>
    /// <param name="options">How the scheduler is set up.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="Exception">What <paramref name="main"/> threw.</exception>
    public static void Run(
        Func<GoTask> main, SchedulerOptions? options = null,
        [System.Runtime.CompilerServices.CallerFilePath] string file = "",
        [System.Runtime.CompilerServices.CallerLineNumber] int line = 0,
        [System.Runtime.CompilerServices.CallerMemberName] string member = "") =>
        RunAsync(main, options, file, line, member).GetAwaiter().GetResult();

    /// <summary>Runs <paramref name="main"/> as the first goroutine; the task ends when it does.</summary>
    /// <param name="main">The main goroutine.</param>
    /// <param name="options">How the scheduler is set up.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Ends with <paramref name="main"/>, faulted with what it threw.</returns>
    public static Task RunAsync(
        Func<GoTask> main, SchedulerOptions? options = null,
        [System.Runtime.CompilerServices.CallerFilePath] string file = "",
        [System.Runtime.CompilerServices.CallerLineNumber] int line = 0,
        [System.Runtime.CompilerServices.CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(main);
        var scheduler = new Scheduler(options ?? new SchedulerOptions());
        scheduler.Begin(main, CreationSite.Of(file, line, member));
        return scheduler._ended.Task;
    }

    private void Begin(Func<GoTask> main, CreationSite site)
    {
        GmpEventSource.SessionStarted += _sysmon.SessionStarted;
        GmpEventSource.FlushRequested += Tracer.Flush;
        RuntimeMeter.Add(this);
        Faults.WatchOtherThreads();
        ReadTime();
        // The first id is 1, as in Go.
        _main = RentOutside();
        MainId = _main.Id;
        MainOrigin = Origin.Of(Origin.None, site);
        BeginsToRun();
        _sysmon.Start();
        StartGoroutine(_main, main, "main", site, parent: null);
    }

    internal void MainEnded(Exception? fault)
    {
        lock (Lock)
        {
            if (IsStopping)
                return;
            SetAttention(Attention.Stopping, on: true);
            foreach (var m in _allMs)
            {
                if (m.IsIdle || m.AwaitsLockedG)
                    m.Wake();
            }
        }
        _sysmon.End(() =>
        {
            GmpEventSource.SessionStarted -= _sysmon.SessionStarted;
            GmpEventSource.FlushRequested -= Tracer.Flush;
            HasEnded();
            RuntimeMeter.Remove(this);
            Poller?.Dispose();
            if (fault is null)
                _ended.TrySetResult();
            else
                _ended.TrySetException(fault);
        });
    }

    // ---- Making goroutines -------------------------------------------------------------------------------------------------------------

    /// <summary>Creates a goroutine and makes it runnable. Any thread.</summary>
    internal void StartGoroutine(object body, string? name, CreationSite site, G? parent, GoLabels? labels = null) =>
        StartGoroutine(null, body, name, site, parent, labels);

    private void StartGoroutine(G? g, object body, string? name, CreationSite site, G? parent, GoLabels? labels = null)
    {
        var m = M.Current;
        if (m?.Scheduler != this)
        {
            g ??= RentOutside();
            Describe(g, body, name, site, parent, labels);
            StartOnGlobal(g);
            return;
        }
        var p = m.EnterRuntime(out int before);
        g ??= (p?.Goroutines ?? m.Goroutines).Rent();
        Describe(g, body, name, site, parent, labels);
        if (p is null)
        {
            StartOnGlobal(g);
        }
        else
        {
            if (SchedulerTracer.IsOn)
                Tracer.GoCreate(p, g, RunQueueKind.RunNext, Clock.Now);
            g.Status = GoStatus.Runnable;
            p.PutNext(g);
            WakePFor(p);
        }
        m.LeaveRuntime(before);
    }

    private G RentOutside()
    {
        lock (_outsideLock)
            return _outside.Rent();
    }

    private void StartOnGlobal(G g)
    {
        if (SchedulerTracer.IsOn)
            Tracer.GoCreateWithoutP(g, Clock.Now);
        g.Status = GoStatus.Runnable;
        PutGlobal(g);
    }

    private static void Describe(G g, object body, string? name, CreationSite site, G? parent, GoLabels? labels)
    {
        g.Work = body;
        if (name is not null)
            g.Name = name;
        var origin = Origin.Of(parent is null ? Origin.None : parent.Origin, site);
        if (g.Origin != origin)
            g.Origin = origin;
        g.ParentId = parent?.Id ?? 0;
        // A goroutine has its maker's labels (Go: runtime/proc.go: newproc1).
        if (parent?.Labels is { } inherited)
            labels = labels is null ? inherited : inherited.With(labels);
        if (labels is { Count: > 0 })
            g.Labels = labels;
        g.WaitReason = WaitReason.None;
        g.Context = FlowOfContext.Capture();
    }

    internal G NewG()
    {
        var g = new G(this);
        AllGs.Add(g);
        return g;
    }

    internal (long First, long End) TakeIds(int count)
    {
        long end = Interlocked.Add(ref _lastId, count) + 1;
        return (end - count, end);
    }

    /// <summary>Lets the rest of a method that is no GoTask method park on a goroutine of its own.</summary>
    internal void Adopt(Parker parker, Action continuation) =>
        StartGoroutine(new GoBody.Adopted(parker, continuation), name: null, CreationSite.Posted, M.Current?.CurrentG);

    /// <summary>As <see cref="Adopt(Parker, Action)"/>, for a wait that the goroutine itself must finish.</summary>
    internal void Adopt(SyncLeaf leaf, Action continuation) =>
        StartGoroutine(new GoBody.AdoptedLeaf(leaf, continuation), name: null, CreationSite.Posted, M.Current?.CurrentG);

    /// <summary>A goroutine threw. The main one's exception goes to whoever called Run; another's to the handler, or it ends the process.</summary>
    internal void Faulted(G g, Exception exception)
    {
        // Those that are left when main ends are abandoned, as in Go, where the process has ended: one that an M took just then ends nothing any more.
        if (IsMain(g) || IsStopping)
            return;
        if (Options.UnhandledException is null)
        {
            Faults.Panic(this, g, exception);
            return;
        }
        try
        {
            // Nobody is looked for: a handler may be called often, and there may be a million goroutines.
            var chain = CreationChain.Lines(this, g.Origin, g.ParentId, find: null);
            Options.UnhandledException(new UnhandledGoroutineException(g.Id, g.Name, g.Site.ToString(), chain, exception));
        }
        catch (Exception e)
        {
            Faults.Panic(this, g, exception, e);
        }
    }
}
