namespace Gmp.Analysis.Validation;

/// <summary>What must hold for a record, in words that a person can act on.</summary>
/// <param name="Id">Short and stable: scripts may look for it.</param>
/// <param name="Meaning">One clause.</param>
public sealed record Rule(string Id, string Meaning)
{
    /// <inheritdoc/>
    public override string ToString() => Id;
}

/// <summary>
/// The rules of a trace: those of docs/trace-format.md, and for each kind what its record rests on, as Go's reader of its own traces demands
/// it before it lets an event pass (internal/trace/order.go).
/// </summary>
public static class Rules
{
    /// <summary>Nothing is missing.</summary>
    public static readonly Rule Sequence = new("sequence", "the batches of a stream are numbered without gaps");

    /// <summary>Nothing is missing.</summary>
    public static readonly Rule Dropped = new("dropped", "the target's runtime dropped no event");

    /// <summary>Everything can be read.</summary>
    public static readonly Rule Bytes = new("bytes", "every byte of the file belongs to an event, and every batch to records");

    /// <summary>Generations.</summary>
    public static readonly Rule Generation = new("generation", "a stream never goes back to an earlier generation");

    /// <summary>Generations.</summary>
    public static readonly Rule FirstWord = new("first-word", "the first record on a goroutine, P or scheduler in a generation is its state");

    /// <summary>Streams.</summary>
    public static readonly Rule Stream = new("stream", "a record stands in the stream where its kind belongs");

    /// <summary>Fields.</summary>
    public static readonly Rule Value = new("value", "a field has a value that its kind can have");

    /// <summary>Creation sites.</summary>
    public static readonly Rule Site = new("site", "a creation site that a record refers to is described in the same generation");

    /// <summary>Schedulers.</summary>
    public static readonly Rule SchedulerEnd = new("scheduler-end", "a scheduler ends once");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GCreate = new("g-create", "a goroutine is created once");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GEnded = new("g-ended", "nothing happens to a goroutine after its end");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GParent = new("g-parent", "who creates or readies a goroutine from a P runs there");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GStart = new("g-start", "a goroutine is runnable before it starts");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GStop = new("g-stop", "a goroutine stops, blocks or ends where it runs");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GUnblock = new("g-unblock", "a goroutine waits before it is readied");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GSyscall = new("g-syscall", "a goroutine enters a system call where it runs, and leaves it where it is in one");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GHog = new("g-hog", "a hog runs, and says that it has come to a scheduling point before it does anything there");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GWaitsOn = new("g-waits-on", "whom a goroutine waits for is told by the P right after it blocked there");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GLock = new("g-lock", "who takes a lock that others wait for runs, or waits and is given it");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GStall = new("g-stall", "whose thread is seen to sleep without a system call runs");

    /// <summary>Goroutines.</summary>
    public static readonly Rule GStatus = new("g-status", "a state that a P tells of a goroutine is the one that the records before left it in");

    /// <summary>Ps.</summary>
    public static readonly Rule PExists = new("p-exists", "a P's number is below the number of Ps that was told");

    /// <summary>Ps.</summary>
    public static readonly Rule POwner = new("p-owner", "a P has one M, and only that M uses, releases or loses it");

    /// <summary>Ps.</summary>
    public static readonly Rule PFree = new("p-free", "a P is idle, or was handed to this very M, before an M acquires it");

    /// <summary>Ps.</summary>
    public static readonly Rule POneG = new("p-one-g", "a P runs one goroutine at a time, and none when it is released or its M looks for work");

    /// <summary>Ps.</summary>
    public static readonly Rule PTaken = new("p-taken", "a P is taken from what the reason says, and handed on after that");

    /// <summary>Ps.</summary>
    public static readonly Rule PSteal = new("p-steal", "a P steals while its M looks for work, from another P that exists, a goroutine that is runnable");

    /// <summary>Ms.</summary>
    public static readonly Rule MSpin = new("m-spin", "an M begins and ends to look for work in turn, and runs nothing meanwhile");

    /// <summary>Ms.</summary>
    public static readonly Rule MKnown = new("m-known", "an M has been told of before it does anything, and does nothing after its end");

    /// <summary>Ms.</summary>
    public static readonly Rule MOneP = new("m-one-p", "an M has one P at a time, and none when it sleeps or ends");

    /// <summary>Ms.</summary>
    public static readonly Rule MSleep = new("m-sleep", "an M sleeps and wakes in turn, and does nothing in its sleep");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [
        Sequence, Dropped, Bytes, Generation, FirstWord, Stream, Value, Site, SchedulerEnd, GCreate, GEnded, GParent, GStart, GStop, GUnblock, GSyscall, GHog,
        GWaitsOn, GLock, GStall, GStatus, PExists, POwner, PFree, POneG, PTaken, PSteal, MSpin, MKnown, MOneP, MSleep,
    ];
}
