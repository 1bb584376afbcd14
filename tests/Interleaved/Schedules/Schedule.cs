using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gmp.Interleaving;

/// <summary>
/// One run of some strands in one interleaving, which a seed decides. Each strand is a real thread, but one goes on at a time: before each
/// step on shared memory it hands the baton to whoever the <see cref="Chooser"/> names. Who blocks cannot be chosen, so when
/// nobody can be, nothing will ever happen again: the scenario says whether that is its end or a lost wake.
/// </summary>
/// <remarks>
/// Time is virtual and goes on with the steps; a sleep that has a limit may end at any moment, as on a busy machine, and ends by itself when nobody
/// else can go on. Stores to registered objects wait in store buffers, as on x64: they become visible in order, later, at the latest at
/// the thread's next interlocked operation or when it blocks. What weaker machines reorder besides (two stores, two loads, a load
/// and a later store) is not simulated. Only one schedule runs in a process at a time.
/// </remarks>
public sealed class Schedule
{
    private const long NanosecondsPerStep = 20;
    private static readonly TimeSpan s_stuckAfter = TimeSpan.FromSeconds(30);

    private readonly Chooser _chooser;
    private readonly int _mostSteps;
    private readonly List<string>? _trace;
    private readonly List<Strand> _strands = [];
    private readonly List<Strand> _choices = [];
    private readonly List<(object Owner, nint Size)> _shared = [];
    private readonly Baton _controller = new();
    private int _steps;
    private bool _ending;
    private volatile bool _aborting;

    /// <summary>A schedule.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="expectedSteps">About how many steps it has.</param>
    /// <param name="mostSteps">So many, and it makes no progress.</param>
    /// <param name="trace">Whether to note each step.</param>
    public Schedule(long seed, int expectedSteps, int mostSteps, bool trace)
    {
        Seed = seed;
        _chooser = new Chooser(seed, expectedSteps);
        _mostSteps = mostSteps;
        _trace = trace ? [] : null;
    }

    /// <summary>The schedule that is being set up or runs.</summary>
    internal static Schedule? Current { get; private set; }

    /// <summary>What decided everything.</summary>
    public long Seed { get; }

    /// <summary>How many steps were made.</summary>
    public int Steps => _steps;

    /// <summary>What went wrong first.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>A number in the seed's sequence, for the scenario's own choices.</summary>
    public int Random(int bound) => _chooser.Next(bound);

    /// <summary>The virtual time, ns.</summary>
    internal long Time { get; private set; } = 1_000_000_000;

    /// <summary>The steps that were noted.</summary>
    public IReadOnlyList<string> Trace => _trace ?? [];

    /// <summary>Whether every strand has finished.</summary>
    public bool AllFinished => _strands.TrueForAll(s => s.State == StrandState.Finished);

    /// <summary>Who is blocked, on what.</summary>
    public string Blocked =>
        string.Join(", ", _strands.Where(s => s.State == StrandState.Blocked).Select(s => $"{s.Name} on {s.WaitsFor?.GetType().Name}"));

    /// <summary>Begins the set-up: what the calling thread does until <see cref="Run"/> is no step, and strands that are made wait.</summary>
    public void Enter() => Current = this;

    /// <summary>Ends it.</summary>
    public static void Leave() => Current = null;

    /// <summary>Adds a strand.</summary>
    public void Spawn(string name, Action body)
    {
        var strand = new Strand(this, _strands.Count, name, body);
        _chooser.Begin(strand);
        _strands.Add(strand);
    }

    /// <summary>From now on stores to this object's fields go through the store buffers.</summary>
    internal void Share(object owner) => _shared.Add((owner, PendingStore.SizeOf(owner.GetType())));

    /// <summary>Lets the strands go on until nobody can.</summary>
    public void Run()
    {
        if (ChooseNext(null, yields: false) is { } first)
        {
            Resume(first);
            AwaitController();
        }
    }

    /// <summary>Like <see cref="Run"/>, to bring what is left to its end: nobody is interrupted any more.</summary>
    public void RunToEnd()
    {
        _ending = true;
        Run();
    }

    /// <summary>Notes what went wrong, if it is the first.</summary>
    public void Fail(Exception failure) => Failure ??= failure;

    /// <summary>Unwinds every strand that has not finished.</summary>
    public void Abort()
    {
        _aborting = true;
        // Strands may be added by those that unwind.
        for (int i = 0; i < _strands.Count; i++)
        {
            var strand = _strands[i];
            if (strand.State == StrandState.Finished || strand.Carrier is null)
                continue;
            strand.Carrier.Resume();
            AwaitController();
        }
    }

    /// <summary>The failure with how to replay it and the last steps.</summary>
    public string Describe(string scenario)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{scenario}, seed {Seed}, after {_steps} steps: {Failure?.Message}\n");
        text.Append(CultureInfo.InvariantCulture, $"blocked: {Blocked}\n");
        if (_trace is not null)
            text.AppendJoin('\n', _trace.Skip(Math.Max(0, _trace.Count - 400))).Append('\n');
        text.Append(Failure);
        return text.ToString();
    }

    /// <summary>Before a step of the calling strand: others may go on first.</summary>
    internal void Step(Strand me, string what, string file, string member, int line, bool yields = false)
    {
        if (_aborting)
            throw new ScheduleAbortedException();
        if (++_steps > _mostSteps)
        {
            Fail(new InvalidOperationException($"no end within {_mostSteps} steps"));
            GiveUp(me);
        }
        Time += NanosecondsPerStep;
        if (_ending && !yields)
            return;
        _trace?.Add(string.Create(CultureInfo.InvariantCulture,
            $"{_steps,6} {me.Name,-12} {what} in {Path.GetFileNameWithoutExtension(file)}.{member}:{line}"));
        foreach (var strand in _strands)
        {
            if (strand.Stores.Count != 0 && (yields || _chooser.Drains()))
                strand.Drain(yields ? int.MaxValue : 1);
        }
        var next = ChooseNext(me, yields)!;
        if (next != me)
            HandOver(me, next);
    }

    /// <summary>Blocks the calling strand until <see cref="Wake"/> or the deadline.</summary>
    /// <returns>False if the deadline came first.</returns>
    internal bool Block(Strand me, object on, long deadline = long.MaxValue)
    {
        if (_aborting)
            throw new ScheduleAbortedException();
        me.Drain();
        me.State = StrandState.Blocked;
        me.WaitsFor = on;
        me.Deadline = deadline;
        me.TimedOut = false;
        _trace?.Add(string.Create(CultureInfo.InvariantCulture, $"{_steps,6} {me.Name,-12} blocks on {on.GetType().Name}"));
        var next = ChooseNext(null, yields: false);
        if (next != me)
        {
            if (next is null)
                _controller.Give();
            else
                Resume(next);
            me.Carrier!.Pause();
            if (_aborting)
                throw new ScheduleAbortedException();
        }
        me.WaitsFor = null;
        me.Deadline = long.MaxValue;
        return !me.TimedOut;
    }

    /// <summary>Makes whoever is blocked on something runnable.</summary>
    internal void Wake(object on)
    {
        foreach (var strand in _strands)
        {
            if (strand.State == StrandState.Blocked && ReferenceEquals(strand.WaitsFor, on))
                strand.State = StrandState.Runnable;
        }
    }

    /// <summary>Makes every thread's stores visible.</summary>
    internal void DrainAll()
    {
        foreach (var strand in _strands)
            strand.Drain();
    }

    internal void Advance(long nanoseconds) => Time += nanoseconds;

    /// <summary>A store: into the buffer if the object is registered, else at once, after what is in the buffer.</summary>
    internal void Store<T>(Strand me, ref T location, T value)
    {
        if (!_ending)
        {
            foreach (var (owner, size) in _shared)
            {
                nint offset = Unsafe.ByteOffset(ref PendingStore.Start(owner), ref Unsafe.As<T, byte>(ref location));
                if (offset >= 0 && offset < size)
                {
                    me.Stores.Add(new PendingStore<T>(owner, offset, value));
                    return;
                }
            }
        }
        me.Drain();
        location = value;
    }

    /// <summary>Runs a strand's body on its carrier's thread and then hands the baton on.</summary>
    /// <returns>False if the thread's statics may be in disorder.</returns>
    internal bool Carry(Strand strand, Action release)
    {
        bool isSound = true;
        try
        {
            strand.Body();
        }
        catch (ScheduleAbortedException)
        {
            isSound = false;
        }
#pragma warning disable CA1031 // whatever it is, the controller rethrows it
        catch (Exception e)
#pragma warning restore CA1031
        {
            isSound = false;
            Fail(e);
        }
        strand.Drain();
        strand.State = StrandState.Finished;
        var next = _aborting || Failure is not null ? null : ChooseNext(null, yields: false);
        // From here the carrier may be used again, by the next schedule too.
        if (isSound)
            release();
        if (next is null)
            _controller.Give();
        else
            Resume(next);
        return isSound;
    }

    private void GiveUp(Strand me)
    {
        me.State = StrandState.Blocked;
        _controller.Give();
        me.Carrier!.Pause();
        throw new ScheduleAbortedException();
    }

    private void HandOver(Strand me, Strand next)
    {
        Resume(next);
        me.Carrier!.Pause();
        if (_aborting)
            throw new ScheduleAbortedException();
    }

    private static void Resume(Strand strand)
    {
        if (strand.Carrier is null)
            Carrier.Start(strand);
        else
            strand.Carrier.Resume();
    }

    private void AwaitController()
    {
        if (!_controller.Take(s_stuckAfter))
            throw new TimeoutException("A thread of the schedule blocks on something that is no seam. " + string.Join('\n', Trace.TakeLast(20)));
    }

    private Strand? ChooseNext(Strand? current, bool yields)
    {
        var choices = _choices;
        choices.Clear();
        Strand? sleeper = null;
        foreach (var strand in _strands)
        {
            if (strand.State == StrandState.Runnable)
                choices.Add(strand);
            else if (strand.State == StrandState.Blocked && strand.Deadline < (sleeper?.Deadline ?? long.MaxValue))
                sleeper = strand;
        }
        if (sleeper is not null && (choices.Count == 0 || sleeper.Deadline <= Time || (!_ending && _chooser.EndsASleep())))
        {
            Time = Math.Max(Time, sleeper.Deadline);
            sleeper.State = StrandState.Runnable;
            sleeper.TimedOut = true;
            choices.Add(sleeper);
        }
        return choices.Count == 0 ? null : _chooser.Choose(choices, current, _steps, yields);
    }
}

/// <summary>Unwinds a strand of a schedule that has been given up.</summary>
public sealed class ScheduleAbortedException : Exception
{
    /// <summary>Made by the schedule.</summary>
    public ScheduleAbortedException()
        : base("The schedule was given up.")
    {
    }

    /// <summary>Unused.</summary>
    public ScheduleAbortedException(string message)
        : base(message)
    {
    }

    /// <summary>Unused.</summary>
    public ScheduleAbortedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
