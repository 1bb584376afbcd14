using Gmp.Analysis.Model.Accounts;
using Gmp.Tracing;

namespace Gmp.Analysis.Model.Building;

// What is counted while the records go by.
internal sealed partial class SchedulerModel
{
    /// <summary>The objects that goroutines wait on and that are told apart, at most: 32 MB. A program that makes a channel for each request has no hot ones among the rest.</summary>
    private const int MostObjects = 1 << 18;

    private readonly SchedulerAccounts _accounts;
    private readonly SiteAccount _siteless;
    private WaitObject?[] _objects = [];   // by id: what the accounts have, as far as it is dense
    private int _runnable;
    private int _alive;

    /// <summary>A goroutine enters a state: everything that counts states is told here and nowhere else.</summary>
    private void Enter(GoroutineInfo g, GoStatus status, long time)
    {
        var from = g.Status;
        long passed = g.AccountUpTo(time);
        if (from == GoStatus.Waiting)
            LeaveWait(g, passed, time);
        else if (from == GoStatus.Syscall)
            LeaveSyscall(g, passed);
        g.Enter(status, time);
        _accounts.GoroutineFlow.Add((int)from, (int)status);
        if (status == GoStatus.Running)
            g.Account.Starts++;
        // Only damage makes one end twice, or live again.
        int died = (status == GoStatus.Dead ? 1 : 0) - (from == GoStatus.Dead ? 1 : 0);
        if (died != 0)
        {
            g.Account.Ended += died;
            _alive -= died;
        }
        int runnable = (status == GoStatus.Runnable ? 1 : 0) - (from == GoStatus.Runnable ? 1 : 0);
        if (runnable != 0)
        {
            _runnable += runnable;
            // At the record's time: a state that is told to have begun long ago changes no past.
            _accounts.Runnable.Set(_model.Duration, _runnable);
        }
    }

    /// <summary>It is runnable, and this is why.</summary>
    private static void Readied(GoroutineInfo g, RunnableCause cause, short queue, int by = -1)
    {
        g.Queue = queue;
        g.RunnableCause = cause;
        g.ReadiedBy = by;
    }

    // Mostly the goroutine that runs on the P whose stream says so.
    private int Waker(int stream, long by)
    {
        if (by <= 0)
            return -1;
        if ((uint)stream < (uint)_processors.Count && _processors[stream]?.Goroutine is { } here && here.Id == by)
            return here.Index;
        return (ulong)by < (ulong)_dense.Length && _dense[by] is { } dense ? dense.Index
            : _goroutines.TryGetValue(by, out var known) ? known.Index : -1;
    }

    private static void LeaveWait(GoroutineInfo g, long waited, long time)
    {
        if (g.CountsWait)
            g.Account.BlockedFor(g.WaitingFor).Add(waited);
        if (g.WaitsOn is not { } on)
            return;
        g.WaitsOn = null;
        // Whoever had it gave it up; one that was given it is told of before it is readied.
        if (on.Holder != g)
            on.Holder = null;
        on.Blocks.Add(waited);
        if (waited >= on.Blocks.LongestNs)
            (on.LongestWaiter, on.LongestSlot) = (g.Index, g.Site);
        on.LastNs = time;
        if (--on.Waiters == 0)
            on.ContendedNs += Math.Max(0, time - on.ContendedSince);
    }

    /// <summary>It waits, and the target told on what.</summary>
    private void WaitOn(GoroutineInfo g, long id, WaitReason reason, long time)
    {
        if (id <= 0 || g.WaitsOn is not null || !g.IsSelected || !g.CountsWait || Object(id) is not { } on)
            return;
        g.WaitsOn = on;
        on.Reason = reason;
        if (on.Blocks.Count == 0 && on.Waiters == 0)
            on.FirstNs = time;
        if (on.Waiters++ == 0)
            on.ContendedSince = time;
        on.MostWaiters = Math.Max(on.MostWaiters, on.Waiters);
    }

    private WaitObject? Object(long id)
    {
        if ((ulong)id < (ulong)_objects.Length && _objects[id] is { } dense)
            return dense;
        if (!_accounts.Objects.TryGetValue(id, out var known))
        {
            if (_accounts.Objects.Count >= MostObjects)
                return null;
            _accounts.Objects[id] = known = new WaitObject(_scheduler.Id, id);
        }
        // Ids count up from 1, as those of goroutines.
        if (id < Math.Min((_accounts.Objects.Count * 4L) + 1024, 4L * MostObjects))
        {
            if (id >= _objects.Length)
                Array.Resize(ref _objects, (int)Math.Max(id + 1, Math.Max(64, _objects.Length * 2L)));
            _objects[id] = known;
        }
        return known;
    }

    private static void LeaveSyscall(GoroutineInfo g, long took)
    {
        bool held = !g.HasLostProcessor;
        g.HasLostProcessor = false;
        if (!g.CountsWait)
            return;
        ref var calls = ref g.Account.Syscalls;
        calls.Count++;
        calls.TimeNs += took;
        calls.LongestNs = Math.Max(calls.LongestNs, took);
        if (held)
            Held(ref calls, took);
    }

    /// <summary>In a system call: from here on the P does something else.</summary>
    private void LoseInCall(GoroutineInfo g, long time, bool announced)
    {
        if (g.Status != GoStatus.Syscall || g.HasLostProcessor)
            return;
        g.HasLostProcessor = true;
        if (!g.CountsWait)
            return;
        ref var calls = ref g.Account.Syscalls;
        calls.LostProcessor++;
        if (announced)
            calls.Announced++;
        Held(ref calls, Math.Max(0, time - Math.Max(g.StatusSince, _model.Start)));
    }

    private static void Held(ref SyscallAccount calls, long ns)
    {
        calls.HeldNs += ns;
        calls.LongestHeldNs = Math.Max(calls.LongestHeldNs, ns);
    }

    /// <summary>The waits and calls that go on count up to the trace's end.</summary>
    private void CloseAccounts()
    {
        long end = _model.Duration;
        foreach (var g in _goroutines.Values)
        {
            long lasted = g.AccountUpTo(end);
            if (!g.CountsWait)
                continue;
            if (g.Status == GoStatus.Waiting)
            {
                ref var blocked = ref g.Account.BlockedFor(g.WaitingFor);
                blocked.Add(lasted);
                blocked.Open++;
                if (g.WaitsOn is not { } on)
                    continue;
                on.Blocks.Add(lasted);
                on.Blocks.Open++;
                if (lasted >= on.Blocks.LongestNs)
                    (on.LongestWaiter, on.LongestSlot) = (g.Index, g.Site);
            }
            else if (g.Status == GoStatus.Syscall)
            {
                ref var calls = ref g.Account.Syscalls;
                calls.Count++;
                calls.TimeNs += lasted;
                calls.LongestNs = Math.Max(calls.LongestNs, lasted);
                if (!g.HasLostProcessor)
                    Held(ref calls, lasted);
            }
        }
        foreach (var on in _accounts.Objects.Values)
        {
            if (on.Waiters > 0)
                on.ContendedNs += Math.Max(0, end - on.ContendedSince);
        }
        foreach (var m in _accounts.MachineByNumber.Values)
            m.Account(end);
        _accounts.Runnable.Set(end, _runnable);
    }

    // Which queues goroutines were put on.
    private void CountQueue(long kind) => _accounts.QueuedBy[kind & 7]++;

    private void Heartbeat(long time, in BatchCursor r) =>
        _accounts.HeartbeatList.Add(new Heartbeat(time, Small(r.Number(0)), Small(r.Number(1)), Small(r.Number(2)), Small(r.Number(3)), Small(r.Number(4))));

    private void Collection(long time, in BatchCursor r) =>
        _accounts.CollectionList.Add(new CollectionFact(
            time, Math.Max(0, r.Number(3)), Math.Max(0, r.Number(2)), Small(r.Number(0)), Small(r.Number(1)), Math.Max(0, r.Number(4)), r.Number(5) != 0, _alive));

    private static int Small(long number) => (int)Math.Clamp(number, 0, int.MaxValue);

    // What a P did after its goroutine stopped is known at its next record that says what it does.

    private void Next(RunPlace place, NextStep? step = null)
    {
        if (!place.HasStopped)
            return;
        place.HasStopped = false;
        _accounts.AddNext(place.StoppedFor, step ?? place.Step);
    }

    private static void LookedFor(RunPlace? place, NextStep step)
    {
        if (place is { HasStopped: true })
            place.Step = step;
    }

    private void SetStatus(RunPlace place, ProcStatus status)
    {
        if (place.Status == status)
            return;
        if (place.Status is { } before)
            _accounts.ProcessorFlow.Add((int)before, (int)status);
        place.Status = status;
    }

    private MachineAccount? MachineOf(long number)
    {
        if (number is < 0 or > MostMachines)
            return null;
        if (!_accounts.MachineByNumber.TryGetValue((int)number, out var known))
            _accounts.MachineByNumber[(int)number] = known = new MachineAccount(_scheduler.Id, (int)number);
        return known;
    }

    private void Machine(long number, MachineState state, long time, int processor = -1)
    {
        if (MachineOf(number) is not { } m)
            return;
        if (m.State != state)
            _accounts.MachineFlow.Add((int)m.State, (int)state);
        m.Enter(state, processor, time);
    }
}
