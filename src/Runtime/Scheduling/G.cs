using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A goroutine: what it runs, where it stopped, and what the scheduler must know of it. Reused after its end, as Go does
/// (runtime/proc.go: gfget). About 200 bytes with its first frame, against the 2 KB of a Go stack.
/// </summary>
/// <remarks>
/// Owned by whoever has it: the M that runs it, the queue that holds it, the waiter that will ready it. Ownership passes through those
/// structures with their ordering, so the fields are plain. Other threads may read them for dumps and get a slightly older truth.
/// </remarks>
internal sealed class G
{
    internal readonly Scheduler Scheduler;

    internal long Id;

    /// <summary>The next in a queue or on a free list; the queue's owner writes it.</summary>
    internal G? Link;

    /// <summary>
    /// What it runs: before its first run its body, a <c>Func&lt;GoTask&gt;</c> or a <see cref="GoBody"/>, then the frame to resume. <see cref="HasBegun"/> says which.
    /// </summary>
    internal object? Work;

    /// <summary>What it waited with on a channel last, kept for its next wait. Its own.</summary>
    internal Parker? Waiter;

    // Its name, or a GRare with its name in it: most goroutines need no more, and a million parked ones pay for every field.
    private object? _rare;

    internal Origin Origin = Origin.None;

    internal long ParentId;

    /// <summary>
    /// In a <see cref="WaitReason.Sleep"/>, when it ends, in ticks; in any other wait, since when, by <see cref="Scheduler.CoarseTime"/>. One field:
    /// a million parked goroutines would pay for two.
    /// </summary>
    internal long WaitTime;

    /// <summary>The last generation in which a record told its state.</summary>
    internal int TraceGeneration;

    internal GoStatus Status;

    internal WaitReason WaitReason;

    /// <summary>Whether <see cref="Work"/> is a frame.</summary>
    internal bool HasBegun;

    internal G(Scheduler scheduler) => Scheduler = scheduler;

    /// <summary>The frame that it waits in, for dumps from any thread; null before its first run and after its end.</summary>
    internal GoFrame? Leaf => Work as GoFrame;

    internal string? Name
    {
        get => _rare is GRare rare ? rare.Name : (string?)_rare;
        set
        {
            if (_rare is GRare rare)
                rare.Name = value;
            else if (!ReferenceEquals(_rare, value))
                _rare = value;
        }
    }

    /// <summary>What flows with it; null for the default context.</summary>
    internal ExecutionContext? Context
    {
        get => _rare is GRare rare ? rare.Context : null;
        set
        {
            if (value is not null || _rare is GRare)
                Rare.Context = value;
        }
    }

    /// <summary>The M that alone may run it, or null. Its own.</summary>
    internal M? LockedM
    {
        get => _rare is GRare rare ? rare.LockedM : null;
        set => Rare.LockedM = value;
    }

    /// <summary>What few goroutines need; made when first asked for, and kept. Its owner's.</summary>
    internal GRare Rare => _rare as GRare ?? MakeRare();

    internal CreationSite Site => Origin.Site;

    /// <summary>When a sleep ends, in ticks.</summary>
    internal long SleepUntil
    {
        get => WaitTime;
        set => WaitTime = value;
    }

    /// <summary>It has ended: nothing that it held may live on with the object.</summary>
    internal void Forget()
    {
        Work = null;
        HasBegun = false;
        if (_rare is not GRare rare)
        {
            if (_rare is not null)
                _rare = null;
            return;
        }
        rare.Name = null;
        rare.Context = null;
    }

    private GRare MakeRare()
    {
        var rare = new GRare { Name = (string?)_rare };
        // Release: a dump sees it whole.
        Volatile.Write(ref _rare, rare);
        return rare;
    }
}

/// <summary>What few goroutines need, so that the others do without its fields.</summary>
internal sealed class GRare
{
    internal string? Name;

    internal ExecutionContext? Context;

    /// <summary>The wait for something foreign, made at the first such wait and kept.</summary>
    internal ForeignAwait? Foreign;

    /// <summary>What waits on locks and the like, made at the first such wait and kept.</summary>
    internal SyncLeaf? SyncLeaf;

    internal M? LockedM;
}
