using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// An OS thread that runs goroutines while it owns a P. This file is its loop: take a goroutine, run it until it parks, yields or ends,
/// and put it where it belongs.
/// </summary>
/// <remarks>
/// <para>Who owns the P. A running goroutine cannot be stopped from outside, so sysmon may take the P away under it. The M says what it is
/// doing in <c>_state</c>: Runtime while it uses P-owned things, User while goroutine code runs, Syscall in a declared system call. All
/// plain stores. Whoever takes the P clears <c>_p</c>, issues a process-wide barrier and then reads <c>_state</c>: had the M entered the
/// runtime before the barrier, that store is visible and the taker puts the P back; if it enters after, it reads the cleared <c>_p</c>
/// and does without. So the M pays two stores and a load, the taker everything.</para>
/// <para>Rule: a section of the runtime reads <c>_p</c> once. It may be null for a moment and come back.</para>
/// </remarks>
internal sealed partial class M
{
    internal const int InRuntime = 0, InUser = 1, InSyscall = 2;

    [ThreadStatic] private static M? t_current;

    internal readonly Scheduler Scheduler;
    internal readonly int Id;

    /// <summary>For the time without a P. This M's own.</summary>
    internal readonly GCache Goroutines;

    private readonly ThreadParker _parker = ThreadParker.Create();
    private P? _p;
    private int _state;
    private Parker? _pendingPark;   // means something while _isPending only; left in place, as a goroutine that yields notes the same again
    private bool _isPending;
    private FlowOfContext _flow;
    private ExceptionDispatchInfo? _fault;
    private bool _spinning;
    private uint _random;
    private long _heldBy;   // who has the lock that the goroutine which parks just now waits for; for its record

    /// <summary>What a lock notes of who took it, beside the goroutine's id.</summary>
    internal readonly long HolderTag;

    /// <summary>sysmon's wish: the next scheduling point shall give way.</summary>
    internal volatile bool PreemptRequested;

    /// <summary>What it runs. Others read a moment's truth.</summary>
    internal G? CurrentG;

    /// <summary>The P to go on with after being woken. Set under the scheduler's lock before the wake.</summary>
    internal P? NextP;

    /// <summary>The next on the idle list. Under the scheduler's lock.</summary>
    internal M? IdleLink;

    /// <summary>Whether it is on the idle list. Under the scheduler's lock.</summary>
    internal bool IsIdle;

    /// <summary>Whether it was taken from the idle list to end. Under the scheduler's lock.</summary>
    internal bool IsDismissed;

    /// <summary>The thread's id in the operating system; 0 until it runs or where unknown.</summary>
    internal long ThreadId;

    /// <summary>sysmon's watch over a slice that became long; the M reads it once its P is gone.</summary>
    internal SliceWatch Watch;

    /// <summary>sysmon took the P because of a hog. Set while the P is taken, read by the M after it missed it.</summary>
    internal volatile bool LostAsHog;

    internal M(Scheduler scheduler, int id)
    {
        Scheduler = scheduler;
        Id = id;
        Goroutines = new GCache(scheduler);
        HolderTag = LockHolder.TagOf(scheduler);
        _random = (uint)id * 2654435769u | 1;
    }

    internal static M? Current => t_current;

    /// <summary>The P, for takers, who verify.</summary>
    internal ref P? POfTaker => ref _p;

    /// <summary>What it does: written by itself only, released and acquired, with no fence (see the remarks of the type).</summary>
    internal int State
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _state);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private set => Volatile.Write(ref _state, value);
    }

    /// <summary>The M that runs the calling goroutine.</summary>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    internal static M OfGoroutine()
    {
        var m = t_current;
        return m?.CurrentG is null ? throw NoGoroutine() : m;
    }

    internal static InvalidOperationException NoGoroutine() =>
        new("This waits in the way of goroutines and the caller is none. Start it with Scheduler.Run(...) or Go(...).");

    // ---- Sections of the runtime, called from goroutine code ---------------------------------------------------------------------------

    /// <summary>Begins a section that may use P-owned things. Closes the race with <see cref="Scheduler.TryTakeP"/>: see the type's remarks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal P? EnterRuntime(out int before)
    {
        before = State;
        State = InRuntime;
        return Volatile.Read(ref _p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void LeaveRuntime(int before) => State = before;

    /// <summary>Notes that the goroutine parks; the scheduler carries it out when it has unwound.</summary>
    /// <returns>Null, or why it cannot: it waits already.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ExceptionDispatchInfo? Pend(GoFrame leaf, Parker parker)
    {
        if (_isPending)
            return RefuseSecondWait();
        // References are compared before they are written, here and below: a write of a reference costs several times a comparison, and a
        // goroutine in a loop parks in the same frame again and again.
        var g = CurrentG!;
        if (g.Work != leaf)
            g.Work = leaf;
        if (_pendingPark != parker)
            _pendingPark = parker;
        _isPending = true;
        return null;
    }

    /// <summary>Takes back the note that the goroutine parks.</summary>
    internal void Unpend()
    {
        if (!_isPending)
            return;
        // Whatever foreign it waits for may still complete, and must not complete another wait.
        _isPending = false;
        CurrentG!.Rare.Foreign = null;
    }

    /// <summary>If the goroutine waits already, for a call that was not awaited at once: abandons that wait and says so.</summary>
    internal ExceptionDispatchInfo? RefuseSecondWait()
    {
        if (!_isPending)
            return null;
        // The call that was left is never resumed: the goroutine that lives on hears of it once.
        Unpend();
        return ExceptionDispatchInfo.Capture(new InvalidOperationException(
            "This goroutine waits already: a GoTask was called and not awaited at once. Await it where it is called, or start it with Go(...)."));
    }

    /// <summary>Lets the running goroutine go on with another context than its own: a worker that carries out a task. Null for the default one.</summary>
    internal void SwitchContext(ExecutionContext? context) => _flow.Switch(context);

    /// <summary>Keeps what a method threw until its awaiter, which runs next, takes it.</summary>
    internal void PutFault(Exception exception) => _fault = ExceptionDispatchInfo.Capture(exception);

    internal ExceptionDispatchInfo TakeFault()
    {
        var fault = _fault!;
        _fault = null;
        return fault;
    }

    // ---- The loop --------------------------------------------------------------------------------------------------------------------

    internal void Start()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = $"gmp-{Scheduler.Number}-m{Id}" };
        thread.UnsafeStart();
    }

    private void Run()
    {
        t_current = this;
        ThreadId = ThreadCpuTime.CurrentThreadId;
        SynchronizationContext.SetSynchronizationContext(Scheduler.SynchronizationContext);
        _flow = new FlowOfContext(System.Threading.Thread.CurrentThread);
        if (SchedulerTracer.IsOn)
            Scheduler.Tracer.Machine(EventKind.MStart, this, Clock.Now);
        Acquire(NextP!);
        NextP = null;
        while (FindRunnable(out var p, out bool inherit) is { } g)
        {
            if (g.LockedM is { } owner && owner != this)
                HandToLocked(p, owner);
            else
                Execute(p, g, inherit);
        }
        if (IsDismissed)
            EndDismissed();
        t_current = null;
    }

    private void Acquire(P p)
    {
        _switchTime = 0;
        p.M = this;
        p.Status = ProcStatus.Running;
        if (HasSlot)
            _slot = p;
        else
            Volatile.Write(ref _p, p);
        if (!SchedulerTracer.IsOn)
            return;
        long now = Clock.Now;
        Scheduler.Tracer.ProcStart(p, this, now);
        if (_spinning)
            Scheduler.Tracer.SpinBegin(p, this, now);
    }

    private void Execute(P p, G g, bool inherit)
    {
        Interleave.BeforeWrite();
        p.Switches++;
        if (!inherit)
            p.SchedTick++;
        PreemptRequested = false;
        CurrentG = g;
        if (SchedulerTracer.IsOn)
        {
            Scheduler.Tracer.GoStart(p, this, g, SwitchTime());
            _switchTime = 0;
        }
        g.Status = GoStatus.Running;
        _flow.Restore(g);
        var frame = g.HasBegun ? Unsafe.As<GoFrame>(g.Work) : null;
    resume:
        State = InUser;
        if (frame is null)
            frame = Begin(g);
        else
            frame.Resume();
        // The trampoline: a frame that ended gives way to the one that awaits it. No stack grows, however deep the calls were.
        while (!_isPending && frame is not null && frame.IsCompleted && frame.Awaiter is not null)
        {
            frame = frame.Awaiter;
            frame.Resume();
        }
        State = InRuntime;
        if (!_isPending)
        {
            Finish(g, frame);
            return;
        }
        if (frame is null || frame.IsCompleted)
        {
            FinishWithCallLeft(g, frame);
            return;
        }
        var parker = _pendingPark!;
        _isPending = false;
        var owned = OwnedP();
        _flow.Save(g);
        if (parker is RequeueMark mark)
        {
            Requeue(owned, g, mark);
            return;
        }
        if (!Park(owned, g, parker))
        {
            frame = Unsafe.As<GoFrame>(g.Work);
            g.Status = GoStatus.Running;
            g.WaitReason = WaitReason.None;
            goto resume;
        }
    }

    /// <summary>Runs the body up to its first suspension.</summary>
    /// <returns>The root frame, or null if the body ended without one.</returns>
    private static GoFrame? Begin(G g)
    {
        try
        {
            var body = g.Work;
            g.Work = null;
            g.HasBegun = true;
            var task = body is Func<GoTask> function ? function() : ((GoBody)body!).Invoke();
            return task.Frame;
        }
        catch (Exception e)
        {
            // A body that is no async method throws here.
            return new FaultedFrame<NoValue>(e);
        }
    }

    /// <summary>
    /// The P, after goroutine code: null if it was taken. A null that is read while a taker decides is waited out.
    /// </summary>
    private P? OwnedP()
    {
        var p = Volatile.Read(ref _p);
        return p ?? MissingP();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private P? MissingP()
    {
        if (_slot is { } slot)
            return slot;
        lock (Scheduler.Retake)
        {
            var p = _p;
            if (p is not null || !LostAsHog)
                return p;
            LostAsHog = false;
        }
        EndHog();
        return null;
    }

    private void EndHog()
    {
        long now = Clock.Now;
        Watch.Update(ThreadId, now);
        if (SchedulerTracer.IsOn)
            Scheduler.Tracer.GoHogEnd(this, CurrentG!, Watch, now);
    }

    private bool Park(P? p, G g, Parker parker)
    {
        var tracing = SchedulerTracer.IsOn;
        long id = g.Id, time = 0, on = 0;
        var reason = parker.Reason;
        g.WaitReason = reason;
        if (reason != WaitReason.Sleep)
            g.WaitTime = p is null ? Scheduler.ReadTime() : Scheduler.CoarseTime;
        if (tracing)
        {
            time = Clock.Now;
            on = parker.ObjectId;
            _heldBy = 0;
            if (p is not null)
                Scheduler.Tracer.MentionBeforePark(p, this, g, time);
        }
        g.Status = GoStatus.Waiting;
        // From here the goroutine may run elsewhere.
        if (!parker.Commit(g))
            return false;
        CurrentG = null;
        if (tracing)
        {
            if (p is not null)
            {
                Scheduler.Tracer.GoBlock(p, id, reason, on, _heldBy, time);
                _switchTime = time;
            }
            else
            {
                Scheduler.Tracer.GoBlockWithoutP(id, reason, on, _heldBy, time);
            }
        }
        return true;
    }

    /// <summary>Under the gate of a lock: the goroutine that parks is in its queue, and waits for this one. By <see cref="Parker.Commit"/>.</summary>
    internal void NoteHolder(long goroutine) => _heldBy = goroutine;

    private void Requeue(P? p, G g, RequeueMark mark)
    {
        CurrentG = null;
        // A yield keeps to its P, as Go's goyield; who used up its slice goes behind everyone, as Go's gopreempt_m.
        var queue = p is not null && _slot is null ? mark.Queue : RunQueueKind.Global;
        // Who came back from a call without a P has said so. One that got a P meanwhile, before it awaits the call, stops running here as any.
        if (SchedulerTracer.IsOn && (p is not null || mark.Why != StopReason.LostP))
        {
            long time = Clock.Now;
            if (p is not null)
            {
                Scheduler.Tracer.MentionBeforePark(p, this, g, time);
                Scheduler.Tracer.GoStop(p, g, mark.Why, queue, time);
                _switchTime = time;
            }
            else
            {
                Scheduler.Tracer.WithoutP(EventKind.GoStop, this, g, GoStatus.Running, time, (long)mark.Why, (long)queue);
            }
        }
        g.Status = GoStatus.Runnable;
        if (queue == RunQueueKind.Local)
        {
            p!.PutTail(g);
            Scheduler.WakeP();
        }
        else
        {
            Scheduler.PutGlobal(g);
        }
    }

    /// <summary>The goroutine ended while a call of its own still waits, which nobody awaited: a bug that must not pass in silence.</summary>
    private void FinishWithCallLeft(G g, GoFrame? ended)
    {
        Unpend();
        // Often its caller ended because of something else, which is what has to be told.
        var cause = ended is { Outcome: FrameOutcome.Faulted } ? ended.TakeFault().SourceException : null;
        Finish(g, new FaultedFrame<NoValue>(new InvalidOperationException(
            "A GoTask was called and never awaited, and its caller ended. Await it, or start it with Go(...).", cause)));
    }

    private void Finish(G g, GoFrame? root)
    {
        var p = OwnedP();
        Exception? fault = null;
        if (root is not null)
        {
            if (!root.IsCompleted)
                fault = new InvalidOperationException("A goroutine stopped without waiting for anything. Is a GoTask built by hand?");
            else if (root.Outcome == FrameOutcome.Faulted)
                fault = root.TakeFault().SourceException;
            if (root.IsCompleted)
                root.Release();
        }
        if (fault is not null)
        {
            // User code may handle it, so the P may be taken meanwhile.
            State = InUser;
            Scheduler.Faulted(g, fault);
            State = InRuntime;
            // A handler that calls something that waits must not leave its wait to the next goroutine.
            Unpend();
            p = OwnedP();
        }
        if (SchedulerTracer.IsOn)
        {
            long time = Clock.Now;
            if (p is not null)
            {
                Scheduler.Tracer.MentionBeforePark(p, this, g, time);
                Scheduler.Tracer.GoDestroy(p, g, time);
                _switchTime = time;
            }
            else
            {
                Scheduler.Tracer.WithoutP(EventKind.GoDestroy, this, g, GoStatus.Running, time);
            }
        }
        CurrentG = null;
        g.Status = GoStatus.Dead;
        g.Forget();
        if (g.LockedM is not null)
            EndLocked(g);
        bool isMain = Scheduler.IsMain(g);
        (p?.Goroutines ?? Goroutines).Return(g);
        if (isMain)
            Scheduler.MainEnded(fault);
    }
}
