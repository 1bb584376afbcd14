using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Gmp.Tracing;

namespace Gmp.Analysis.Model;

/// <summary>A creation site: where a <c>Go</c> call stands.</summary>
/// <param name="File">The file as the compiler knew it; from the target, so escape it before it reaches a terminal or a page.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Member">The member that contains the call.</param>
public sealed record SourceSite(string File, int Line, string Member)
{
    /// <summary><c>Program.cs:42</c>: the last part of the path, as people say it. Not escaped.</summary>
    public string Short => $"{DisplayName.Of(File[(File.LastIndexOfAny(['/', '\\']) + 1)..])}:{Line}";
}

/// <summary>What is known of one goroutine.</summary>
public sealed class GoroutineInfo
{
    private const long Unset = long.MinValue;

    // So far ahead that no time has passed since.
    private const long NotKnown = long.MaxValue / 2;

    // What every switch touches stands in the object itself, in two lines of the cache; the rest in another.
    private readonly Rest _rest;
    private long _knownTo = NotKnown;

    internal GoroutineInfo(int index, int scheduler, long id)
    {
        (Index, Id) = (index, id);
        _rest = new Rest { Scheduler = scheduler };
    }

    private sealed class Rest
    {
        public string Name = "";
        public Building.SiteSlot? Site;
        public Building.LabelSlot? Labels;
        public int Scheduler;
        public long Parent;
        public long Created = Unset;
        public long KnownFrom = Unset;
        public long SyscallTime;
        public long UnknownTime;
        public long ReadiedEarly;
        public long HolderTold;
        public long HolderToldSince = Unset;
        public Accounts.WaitObject? Holds;
    }

    /// <summary>The place in <see cref="TraceModel.Goroutines"/>.</summary>
    public int Index { get; }

    /// <summary>The scheduler's number in its process.</summary>
    public int Scheduler => _rest.Scheduler;

    /// <summary>The id that the target knows it by.</summary>
    public long Id { get; }

    /// <summary>The name given at creation, or empty; from the target, so escape it.</summary>
    public string Name
    {
        get => _rest.Name;
        internal set => _rest.Name = value;
    }

    /// <summary>The labels that it has now, or had at its end; from the target, so escape them.</summary>
    public IReadOnlyList<(string Key, string Value)> Labels => LabelSet?.Labels ?? [];

    /// <summary>The id of the goroutine that created it; 0 for none or unknown.</summary>
    public long Parent
    {
        get => _rest.Parent;
        internal set => _rest.Parent = value;
    }

    /// <summary>Where its <c>Go</c> call stands, or null while the trace has not said.</summary>
    public SourceSite? CreatedAt => Site?.Resolve();

    /// <summary>When it was created, ns since the trace's start; null if before.</summary>
    public long? CreatedTime
    {
        get => _rest.Created == Unset ? null : _rest.Created;
        internal set => _rest.Created = value ?? Unset;
    }

    /// <summary>The state now, or at the trace's end. <see cref="GoStatus.Idle"/> where the trace does not say.</summary>
    public GoStatus Status { get; private set; }

    /// <summary>What it waits for while <see cref="Status"/> is Waiting.</summary>
    public WaitReason WaitingFor { get; internal set; }

    /// <summary>While it waits: the id of what it waits on, as its target knows it; 0 where the trace does not tell.</summary>
    public long WaitsOnId => WaitsOn?.Id ?? 0;

    /// <summary>
    /// While it waits for a lock: the id of the goroutine, of the same scheduler, that has it; 0 where the trace does not tell. A lock belongs to no goroutine: it is
    /// the one that locked it last.
    /// </summary>
    public long WaitsFor => WaitsOn is not { } on ? 0 : on.TakenAt >= StatusSince && on.TakenBy != Id ? on.TakenBy : HolderTold;

    /// <summary>When it entered the state, ns since the trace's start; may be negative.</summary>
    public long StatusSince { get; private set; }

    /// <summary>False if <see cref="StatusSince"/> is only when the trace met it in this state: how long it had been in it the target did not tell.</summary>
    public bool IsStatusSinceKnown { get; internal set; }

    /// <summary>Time spent running, ns. This and the four below count up to the last change of state, and to the trace's end once it is complete.</summary>
    public long RunningTime { get; private set; }

    /// <summary>Time spent runnable and not running, ns.</summary>
    public long RunnableTime { get; private set; }

    /// <summary>Time spent waiting, ns.</summary>
    public long WaitingTime { get; private set; }

    /// <summary>Time spent in system calls, ns.</summary>
    public long SyscallTime => _rest.SyscallTime;

    /// <summary>Time of which the trace does not say how it was spent, ns: after a loss.</summary>
    public long UnknownTime => _rest.UnknownTime;

    /// <summary>How long the trace knows it, ns: the sum of the five times above. Ends with the goroutine.</summary>
    public long KnownTime => _rest.KnownFrom == Unset ? 0 : _knownTo - _rest.KnownFrom;

    /// <summary>The longest stretch that it ran without a scheduling point, ns; system calls not counted.</summary>
    public long LongestSlice { get; internal set; }

    /// <summary><c>G17 "checksum"</c>, or <c>G17</c>; a name that is long without its middle. Not escaped.</summary>
    public string Label => Name.Length == 0 ? $"G{Id}" : $"G{Id} \"{DisplayName.Of(Name)}\"";

    /// <summary>Where it runs; null while it does not, or nobody knows.</summary>
    internal Building.RunPlace? Place { get; set; }

    internal Building.SiteSlot? Site
    {
        get => _rest.Site;
        set => _rest.Site = value;
    }

    /// <summary>Where its time is counted.</summary>
    internal Accounts.SiteAccount Account { get; set; } = null!;

    /// <summary>While it waits: on what, where the target tells.</summary>
    internal Accounts.WaitObject? WaitsOn { get; set; }

    /// <summary>While it waits for a lock: who had it when the wait began, as the target told; 0 for unknown.</summary>
    internal long HolderTold
    {
        get => _rest.HolderToldSince == StatusSince ? _rest.HolderTold : 0;
        set => (_rest.HolderTold, _rest.HolderToldSince) = (value, StatusSince);
    }

    /// <summary>It took a lock while others waited for it, and may still have it: <see cref="Holds"/>.</summary>
    internal bool HasLock { get; set; }

    /// <summary>That lock; <see cref="Accounts.WaitObject.Holder"/> says whether it still has it.</summary>
    internal Accounts.WaitObject? Holds
    {
        get => _rest.Holds;
        set => (_rest.Holds, HasLock) = (value, value is not null);
    }

    internal Building.LabelSlot? LabelSet
    {
        get => _rest.Labels;
        set => _rest.Labels = value;
    }

    /// <summary>While it is runnable: the queue, as <see cref="RunnableWait.Queue"/>.</summary>
    internal short Queue { get; set; } = RunnableWait.Unknown;

    /// <summary>While it is runnable: who made it so, by place in <see cref="TraceModel.Goroutines"/>; -1 for nobody that the trace knows.</summary>
    internal int ReadiedBy { get; set; } = -1;

    /// <summary>While it is runnable: what made it so.</summary>
    internal RunnableCause RunnableCause { get; set; }

    /// <summary>Whether it is one of those that are looked at: all, unless the reader selected some.</summary>
    public bool IsSelected { get; internal set; } = true;

    /// <summary>Whether the wait or call that it is in counts.</summary>
    internal bool CountsWait { get; set; } = true;

    /// <summary>In a system call: the P went on without it.</summary>
    internal bool HasLostProcessor { get; set; }

    /// <summary>Somebody readied it before the trace said that it waits.</summary>
    internal bool IsReadiedEarly { get; set; }

    /// <summary>When, if <see cref="IsReadiedEarly"/>.</summary>
    internal long ReadiedEarly
    {
        get => _rest.ReadiedEarly;
        set => _rest.ReadiedEarly = value;
    }

    /// <summary>It came back from a system call without a P and may run on, nobody sees where, to its next scheduling point.</summary>
    internal bool IsLoose { get; set; }

    internal bool IsKnown => Status != GoStatus.Idle;

    /// <summary>It entered a state; the one before must be accounted. A state that began before the trace counts from the trace's start.</summary>
    internal void Enter(GoStatus status, long time)
    {
        if (_knownTo == NotKnown)
            _rest.KnownFrom = _knownTo = Math.Max(0, time);
        Status = status;
        StatusSince = time;
        IsStatusSinceKnown = true;
        IsLoose = false;
        if (status != GoStatus.Waiting)
            WaitingFor = WaitReason.None;
    }

    /// <summary>What it did so far does not count.</summary>
    internal void Restart()
    {
        (RunningTime, RunnableTime, WaitingTime, LongestSlice) = (0, 0, 0, 0);
        (_rest.SyscallTime, _rest.UnknownTime) = (0, 0);
        if (_knownTo != NotKnown)
            _rest.KnownFrom = _knownTo;
    }

    /// <summary>Asks for its memory; does nothing where the machine has no such instruction.</summary>
    internal unsafe void Prefetch()
    {
        if (!Sse.IsSupported)
            return;
        // Nothing is read: should the collector move the object meanwhile, the hint is worthless and no more.
        byte* at = (byte*)Unsafe.AsPointer(ref Unsafe.As<Rest, byte>(ref Unsafe.AsRef(in _rest)));
        Sse.Prefetch0(at - 8);
        Sse.Prefetch0(at + 56);
        Sse.Prefetch0(at + 104);
    }

    /// <summary>Adds the time in the state up to a moment. Times that go back count as none.</summary>
    /// <returns>What was added, ns.</returns>
    internal long AccountUpTo(long time)
    {
        long passed = time - _knownTo;
        if (passed <= 0 || Status == GoStatus.Dead)
            return 0;
        _knownTo = time;
        switch (Status)
        {
            case GoStatus.Running:
                RunningTime += passed;
                Account.RunningNs += passed;
                break;
            case GoStatus.Runnable or GoStatus.Preempted:
                RunnableTime += passed;
                Account.RunnableNs += passed;
                break;
            case GoStatus.Waiting:
                WaitingTime += passed;
                Account.WaitingNs += passed;
                break;
            case GoStatus.Syscall:
                _rest.SyscallTime += passed;
                break;
            default:
                _rest.UnknownTime += passed;
                break;
        }
        return passed;
    }
}
