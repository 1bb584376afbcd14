using System.Globalization;

namespace Gmp.Analysis.Validation;

// What the records so far say. Unknown is a state of its own: a trace that starts late, or lost a piece, knows some things only later, and a
// rule that rests on what is unknown holds.

/// <summary>What a goroutine does.</summary>
internal enum GoroutinePhase : byte
{
    Unknown,
    Runnable,
    Running,
    Syscall,
    Waiting,
}

/// <summary>A goroutine that has not ended.</summary>
internal sealed class GoroutineState(long id)
{
    public const int NoPlace = -1, UnknownPlace = -2;

    public long Id { get; } = id;

    public GoroutinePhase Phase { get; private set; }

    /// <summary>When it came to <see cref="Phase"/>, in ticks.</summary>
    public long Since { get; private set; }

    /// <summary>The P that it runs on or is in a system call from, or one of the two constants.</summary>
    public int P { get; set; } = UnknownPlace;

    /// <summary>The M that runs it, or one of the two constants.</summary>
    public long M { get; set; } = UnknownPlace;

    /// <summary>The last generation in which its state was told.</summary>
    public int Generation { get; set; }

    /// <summary>sysmon took its P, and it has not come to a scheduling point since.</summary>
    public bool IsHog { get; set; }

    /// <summary>It came back from a system call without a P, and may run on to its next scheduling point: it is not queued before that.</summary>
    public bool IsLoose { get; set; }

    /// <summary>It was readied while it still seemed to run: the record that it blocked there is to come. Null for not, and once it starts elsewhere.</summary>
    public BlockDebt? Debt { get; set; }

    public void Enter(GoroutinePhase phase, long time, int p = NoPlace, long m = NoPlace)
    {
        (Phase, Since, P, M) = (phase, time, p, m);
        IsHog = IsLoose = false;
        Debt = null;
    }

    /// <summary>True if it may be in this phase, at this P.</summary>
    public bool MayBe(GoroutinePhase phase, int p) =>
        Phase == GoroutinePhase.Unknown || (Phase == phase && (P == p || P == UnknownPlace));

    public string Text(Func<long, string> time) => Phase switch
    {
        GoroutinePhase.Unknown => $"G{Id} is unknown",
        GoroutinePhase.Runnable => $"G{Id} is runnable since {time(Since)}",
        GoroutinePhase.Waiting => $"G{Id} waits since {time(Since)}",
        _ => $"G{Id} {(Phase == GoroutinePhase.Running ? "runs" : "is in a system call")} {Place} since {time(Since)}",
    };

    private string Place => P switch
    {
        NoPlace => M >= 0 ? string.Create(CultureInfo.InvariantCulture, $"on M{M} without a P") : "without a P",
        UnknownPlace => "somewhere",
        _ => $"on P{P}",
    };
}

/// <summary>A goroutine was readied while it ran. Until the GoBlock comes that explains it, it may have run and parked elsewhere, and even have ended.</summary>
internal sealed class BlockDebt(in RecordCopy unblock, int p)
{
    /// <summary>The record that readied it.</summary>
    public RecordCopy Unblock { get; } = unblock;

    /// <summary>Where it ran: the stream that owes the record, or <see cref="GoroutineState.UnknownPlace"/>.</summary>
    public int P { get; } = p;
}

/// <summary>Who has a P.</summary>
internal enum ProcessorPhase : byte
{
    Unknown,
    Idle,
    /// <summary>An M owns it.</summary>
    Owned,
    /// <summary>sysmon took it from an M and has not said who goes on with it.</summary>
    Taken,
    /// <summary>It was handed to an M that has not begun with it.</summary>
    Handed,
}

/// <summary>A P, or a slot of a scheduler without Ps.</summary>
internal sealed class ProcessorState(int number)
{
    public const long NoG = 0, UnknownG = -1;

    public int Number { get; } = number;

    public ProcessorPhase Phase { get; private set; }

    /// <summary>The M that owns it, that it was taken from, or that it was handed to; -1 if that is unknown.</summary>
    public long M { get; private set; } = -1;

    /// <summary>The goroutine that it runs, or one of the two constants.</summary>
    public long G { get; set; } = UnknownG;

    /// <summary>Whether its M looks for work; null for unknown.</summary>
    public bool? IsSpinning { get; set; }

    /// <summary>The generation of its last record.</summary>
    public int Generation { get; set; }

    /// <summary>The last record of its stream, if that was a GoBlock: which goroutine, and on what.</summary>
    public (long G, long On) Blocked { get; set; }

    /// <summary>Its state was told just now, by an M that was about to write something else: that M may be about to acquire it.</summary>
    public bool IsJustTold { get; set; }

    public void Enter(ProcessorPhase phase, long m)
    {
        (Phase, M) = (phase, m);
        G = NoG;
        IsSpinning = false;
    }

    /// <summary>An M is known to own it; what it runs is not known.</summary>
    public void OwnedFromNow(long m) => (Phase, M) = (ProcessorPhase.Owned, m);

    public void Forget()
    {
        (Phase, M, G, IsSpinning) = (ProcessorPhase.Unknown, -1, UnknownG, null);
    }

    public bool MayBelongTo(long m, ProcessorPhase phase = ProcessorPhase.Owned) =>
        Phase == ProcessorPhase.Unknown || (Phase == phase && (M == m || M < 0 || m < 0));

    public bool MayBeOwned => Phase is ProcessorPhase.Unknown or ProcessorPhase.Owned;

    public bool MayRunNothing => G is NoG or UnknownG;

    public bool MayRun(long g) => G == g || G == UnknownG;

    public string Text
    {
        get
        {
            string of = M < 0 ? "an unknown M" : string.Create(CultureInfo.InvariantCulture, $"M{M}");
            string what = Phase switch
            {
                ProcessorPhase.Unknown => "is unknown",
                ProcessorPhase.Idle => "is idle",
                ProcessorPhase.Owned => $"belongs to {of}",
                ProcessorPhase.Taken => $"was taken from {of}",
                _ => $"was handed to {of}",
            };
            string runs = Phase != ProcessorPhase.Owned ? ""
                : G > 0 ? string.Create(CultureInfo.InvariantCulture, $" and runs G{G}")
                : G == NoG ? IsSpinning == true ? " and looks for work" : " and runs nothing" : "";
            return $"P{Number} {what}{runs}";
        }
    }
}

/// <summary>What an M does.</summary>
internal enum MachinePhase : byte
{
    Unknown,
    Awake,
    Asleep,
    Ended,
}

/// <summary>A thread that runs goroutines.</summary>
internal sealed class MachineState(long id)
{
    public const int NoP = -1, UnknownP = -2;

    public long Id { get; } = id;

    public MachinePhase Phase { get; set; }

    /// <summary>Its P, or one of the two constants.</summary>
    public int P { get; set; } = UnknownP;

    /// <summary>Whether the trace has introduced it.</summary>
    public bool IsTold { get; set; }

    public bool MayHaveNoP => P is NoP or UnknownP;

    public string Text
    {
        get
        {
            string what = Phase switch
            {
                MachinePhase.Awake => "is awake",
                MachinePhase.Asleep => "sleeps",
                MachinePhase.Ended => "has ended",
                _ => IsTold ? "is in an unknown state" : "has not been told of",
            };
            return string.Create(CultureInfo.InvariantCulture, $"M{Id} {what}{(P >= 0 ? $" and has P{P}" : P == NoP ? " and has no P" : "")}");
        }
    }
}
