using Gmp.Tracing;

namespace Gmp;

/// <summary>A goroutine as it was at one moment, read by a thread that does not own it while it may run on, end, and be another one.</summary>
/// <remarks>
/// Read, then a process-wide barrier, then <see cref="Check"/> reads all of it again and compares. Ids are never used twice, and a frame's version
/// grows when it is given back, before any field of it serves another call; the barrier makes what was written before a field that was seen
/// visible too. So where both readings agree, every field belongs to the goroutine with this id, and every frame to its stack. An awaiter is set once in
/// a call. Only who waits or is runnable has a stack that others can read: that of a running one changes as it is read, as in Go.
/// </remarks>
internal sealed class GoroutineView
{
    /// <summary>Frames beyond are left out, as Go does with its own.</summary>
    internal const int MostFrames = 100;

    private readonly G _g;
    private readonly GoFrame? _leaf;
    private readonly (GoFrame Frame, int Version)[] _read;

    private GoroutineView(G g, List<(GoFrame Frame, int Version, AwaitPoint? Point)> scratch)
    {
        _g = g;
        Id = Volatile.Read(ref g.Id);
        Status = g.Status;
        Reason = g.WaitReason;
        WaitTime = g.WaitTime;
        Name = g.Name;
        Origin = g.Origin;
        ParentId = g.ParentId;
        LockedM = g.LockedM;
        object? work = Volatile.Read(ref g.Work);
        _leaf = work as GoFrame;
        scratch.Clear();
        if (HasStack)
            IsCut = ReadFrames(_leaf, scratch);
        _read = new (GoFrame, int)[scratch.Count];
        var stack = new List<AwaitPoint>(scratch.Count);
        for (int i = 0; i < scratch.Count; i++)
        {
            _read[i] = (scratch[i].Frame, scratch[i].Version);
            if (scratch[i].Point is { } point)
                stack.Add(point);
        }
        // One that has not begun stands before its function.
        if (_leaf is null && HasStack && FunctionOf(work) is { } function)
            stack.Add(AwaitPoint.Of(function));
        Stack = [.. stack];
    }

    internal enum Agreement
    {
        /// <summary>Both readings agree.</summary>
        Same,

        /// <summary>It is the same goroutine, and it went on between them.</summary>
        Moved,

        /// <summary>It has ended.</summary>
        Gone,
    }

    internal G Goroutine => _g;

    internal long Id { get; }

    internal string? Name { get; }

    internal GoStatus Status { get; private set; }

    internal WaitReason Reason { get; }

    internal long WaitTime { get; }

    internal Origin Origin { get; }

    internal long ParentId { get; }

    internal M? LockedM { get; }

    /// <summary>Who runs it, if that was seen.</summary>
    internal M? M { get; set; }

    /// <summary>Whether both readings agree on who it is.</summary>
    internal bool IsKnown { get; private set; }

    /// <summary>Its logical stack, innermost first.</summary>
    internal AwaitPoint[] Stack { get; private set; }

    /// <summary>Whether the stack goes on.</summary>
    internal bool IsCut { get; private set; }

    private bool HasStack => Status is GoStatus.Waiting or GoStatus.Runnable;

    /// <summary>Reads a goroutine; null if there is none in the object.</summary>
    internal static GoroutineView? Of(G g, List<(GoFrame Frame, int Version, AwaitPoint? Point)> scratch)
    {
        var view = new GoroutineView(g, scratch);
        return view.Status is GoStatus.Idle or GoStatus.Dead ? null : view;
    }

    /// <summary>Reads it again. The caller has issued a process-wide barrier since.</summary>
    internal Agreement Check(List<(GoFrame Frame, int Version, AwaitPoint? Point)> scratch)
    {
        if (_g.Status is GoStatus.Idle or GoStatus.Dead || Volatile.Read(ref _g.Id) != Id)
            return Agreement.Gone;
        var now = new GoroutineView(_g, scratch);
        if (now.Id != Id)
            return Agreement.Gone;
        IsKnown = ReferenceEquals(now.Name, Name) && now.Origin == Origin && now.ParentId == ParentId;
        return IsKnown && now.Status == Status && now.Reason == Reason && now.WaitTime == WaitTime && now.LockedM == LockedM && now._leaf == _leaf
            && now._read.AsSpan().SequenceEqual(_read) && now.Stack.AsSpan().SequenceEqual(Stack)
            ? Agreement.Same
            : Agreement.Moved;
    }

    /// <summary>Of one that moved whenever it was looked at, only that is told: it runs.</summary>
    internal void SayItRuns()
    {
        Status = GoStatus.Running;
        Stack = [];
        IsCut = false;
    }

    private static bool ReadFrames(GoFrame? frame, List<(GoFrame Frame, int Version, AwaitPoint? Point)> scratch)
    {
        while (frame is not null)
        {
            if (scratch.Count == MostFrames)
                return true;
            int version = Volatile.Read(ref frame.Version);
            scratch.Add((frame, version, PointOf(frame)));
            frame = Volatile.Read(ref frame.Awaiter);
        }
        return false;
    }

    private static AwaitPoint? PointOf(GoFrame frame)
    {
        if (frame.StateMachineSeen is not { } machine)
            return null;
        var method = AwaitMethod.Of(machine.GetType());
        return method.CalleeOf(machine) is { } callee ? AwaitPoint.Of(callee) : new AwaitPoint(method, method.StateOf(machine));
    }

    private static Delegate? FunctionOf(object? body) => body as Delegate ?? (body as GoBody)?.Function;
}
