using System.Runtime.CompilerServices;
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
    private const byte Begun = 0x80;

    // Ids are taken in runs, so a parent's may be the larger one by some of these runs.
    private const long ParentsAhead = 1 << 20;
    private const int FarParent = int.MinValue;

    internal readonly Scheduler Scheduler;

    internal long Id;

    /// <summary>The next in a queue or on a free list; the queue's owner writes it.</summary>
    internal G? Link;

    /// <summary>
    /// What it runs: before its first run its body, a <c>Func&lt;GoTask&gt;</c> or a <see cref="GoBody"/>, then the frame to resume. <see cref="HasBegun"/> says which.
    /// </summary>
    internal object? Work;

    /// <summary>
    /// What a goroutine mostly needs one of at most: its name, or the <see cref="Parker"/> that it waited with on a channel last; else a
    /// <see cref="GRare"/> with these and more. A million parked goroutines pay for every field.
    /// </summary>
    internal object? More;

    internal Origin Origin = Origin.None;

    // The id of who made it: itself if it fits; if negative, how far it lies before the own id, or FarParent.
    private int _parent;

    /// <summary>
    /// In a <see cref="WaitReason.Sleep"/>, when it ends, in ticks; in any other wait, since when, by <see cref="Scheduler.CoarseTime"/>. One field:
    /// a million parked goroutines would pay for two.
    /// </summary>
    internal long WaitTime;

    /// <summary>
    /// The last generation in which a record told its state, cut to 16 bits: a goroutine that lives is told of in each generation, so it never meets a
    /// number that comes round again.
    /// </summary>
    internal ushort TraceGeneration;

    internal GoStatus Status;

    // The reason, and HasBegun above it.
    private byte _reason;

    internal G(Scheduler scheduler) => Scheduler = scheduler;

    /// <summary>Its state for who is not its owner: what it told before it came to the state is to be seen too.</summary>
    internal GoStatus StatusSeen => (GoStatus)Volatile.Read(ref Unsafe.As<GoStatus, byte>(ref Status));

    /// <summary>The frame that it waits in, for dumps from any thread; null before its first run and after its end.</summary>
    internal GoFrame? Leaf => Work as GoFrame;

    /// <summary>Whether <see cref="Work"/> is a frame.</summary>
    internal bool HasBegun
    {
        get => (_reason & Begun) != 0;
        set => _reason = (byte)(value ? _reason | Begun : _reason & ~Begun);
    }

    internal WaitReason WaitReason
    {
        get => (WaitReason)(_reason & ~Begun);
        set => _reason = (byte)((_reason & Begun) | (byte)value);
    }

    internal string? Name
    {
        get => More is GRare rare ? rare.Name : More as string;
        set
        {
            if (value is null ? Name is null : More is null or string)
                More = value ?? More;
            else
                Rare.Name = value;
        }
    }

    /// <summary>What it waited with on a channel last, kept for its next wait. Its own.</summary>
    internal Parker? Waiter
    {
        get => More is GRare rare ? rare.Waiter : More as Parker;
        set
        {
            if (More is null or Parker)
                More = value;
            else
                Rare.Waiter = value;
        }
    }

    /// <summary>Who made it; 0 if no goroutine did. Set after <see cref="Id"/>.</summary>
    internal long ParentId
    {
        get => _parent >= 0 ? _parent : _parent == FarParent ? Rare.ParentId : Id + ParentsAhead - ~_parent;
        set
        {
            long back = Id + ParentsAhead - value;
            if (value <= int.MaxValue)
                _parent = (int)value;
            else if (back is >= 0 and < int.MaxValue)
                _parent = ~(int)back;
            else
                (_parent, Rare.ParentId) = (FarParent, value);
        }
    }

    /// <summary>What flows with it; null for the default context.</summary>
    internal ExecutionContext? Context
    {
        get => More is GRare rare ? rare.Context : null;
        set
        {
            if (value is not null || More is GRare)
                Rare.Context = value;
        }
    }

    /// <summary>Its labels; null for none. Its own; others may read them.</summary>
    internal GoLabels? Labels
    {
        get => More is GRare rare ? rare.Labels : null;
        set
        {
            if (value is not null || More is GRare)
                Rare.Labels = value;
        }
    }

    /// <summary>The M that alone may run it, or null. Its own.</summary>
    internal M? LockedM
    {
        get => More is GRare rare ? rare.LockedM : null;
        set => Rare.LockedM = value;
    }

    /// <summary>What few goroutines need; made when first asked for, and kept. Its owner's.</summary>
    internal GRare Rare => More as GRare ?? MakeRare();

    internal CreationSite Site => Origin.Site;

    /// <summary>When a sleep ends, in ticks.</summary>
    internal long SleepUntil
    {
        get => WaitTime;
        set => WaitTime = value;
    }

    /// <summary>It has ended: nothing that it held may live on with the object, but for what the next one waits with.</summary>
    internal void Forget()
    {
        Work = null;
        _reason = 0;
        if (More is GRare rare)
            (rare.Name, rare.Context, rare.Labels) = (null, null, null);
        else if (More is string)
            More = null;
    }

    private GRare MakeRare()
    {
        var rare = new GRare { Name = More as string, Waiter = More as Parker };
        // Release: a dump sees it whole.
        Volatile.Write(ref More, rare);
        return rare;
    }
}
