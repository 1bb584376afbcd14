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
    private GoFrame? _leaf;
    private FrameSeen[]? _read;

    private GoroutineView(G g)
    {
        _g = g;
        Id = Volatile.Read(ref g.Id);
        Status = g.Status;
        Reason = g.WaitReason;
        WaitTime = g.WaitTime;
        Awaited = Status == GoStatus.Waiting ? (g.More as GRare)?.Foreign?.Awaited : null;
        Name = g.Name;
        Origin = g.Origin;
        ParentId = g.ParentId;
        LockedM = g.LockedM;
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

    /// <summary>What foreign it waits for; null if it does not.</summary>
    internal string? Awaited { get; }

    /// <summary>Its logical stack, innermost first.</summary>
    internal AwaitPoint[] Stack { get; private set; } = [];

    /// <summary>Whether the stack goes on.</summary>
    internal bool IsCut { get; private set; }

    private bool HasStack => Status is GoStatus.Waiting or GoStatus.Runnable;

    /// <summary>Reads a goroutine; null if there is none in the object.</summary>
    /// <param name="g">The object.</param>
    /// <param name="stacks">Room to read in, and stacks that were met before.</param>
    internal static GoroutineView? Of(G g, StackReading stacks)
    {
        if (g.Status is GoStatus.Idle or GoStatus.Dead)
            return null;
        var view = new GoroutineView(g);
        if (!view.HasStack)
            return view;
        view._leaf = stacks.Read(g, out bool isCut);
        view._read = [.. stacks.Frames];
        view.Stack = stacks.Points();
        view.IsCut = isCut;
        return view;
    }

    /// <summary>Reads it again. The caller has issued a process-wide barrier since.</summary>
    internal Agreement Check(StackReading stacks)
    {
        var g = _g;
        if (g.Status is GoStatus.Idle or GoStatus.Dead || Volatile.Read(ref g.Id) != Id)
            return Agreement.Gone;
        IsKnown = ReferenceEquals(g.Name, Name) && g.Origin == Origin && g.ParentId == ParentId;
        bool isSame = IsKnown && g.Status == Status && g.WaitReason == Reason && g.WaitTime == WaitTime && g.LockedM == LockedM
            && (!HasStack || (stacks.Read(g, out _) == _leaf && stacks.Frames.SequenceEqual(_read)));
        // What was read after the id may have been another goroutine's by then.
        if (Volatile.Read(ref g.Id) != Id)
            return Agreement.Gone;
        (_leaf, _read) = (null, null);
        return isSame ? Agreement.Same : Agreement.Moved;
    }

    /// <summary>Of one that moved whenever it was looked at, only that is told: it runs.</summary>
    internal void SayItRuns()
    {
        Status = GoStatus.Running;
        Stack = [];
        IsCut = false;
    }
}
