namespace Gmp.Analysis.Model.Accounts;

/// <summary>What an M does.</summary>
public enum MachineState : byte
{
    /// <summary>The trace does not say.</summary>
    Unknown = 0,
    /// <summary>It runs goroutines, or looks for some, with a P.</summary>
    HasProcessor = 1,
    /// <summary>It has no P: it sleeps, or is in a call or a goroutine that lost it.</summary>
    NoProcessor = 2,
    /// <summary>It sleeps.</summary>
    Parked = 3,
    /// <summary>Its thread ended.</summary>
    Dead = 4,
}

/// <summary>A stretch of an M. Times are ns since the trace's start.</summary>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended; <see cref="long.MaxValue"/> while it goes on.</param>
/// <param name="State">What it did.</param>
/// <param name="Processor">The P that it had, or -1.</param>
public readonly record struct MachineSpan(long Start, long End, MachineState State, short Processor);

/// <summary>What the trace knows of one M.</summary>
public sealed class MachineAccount
{
    internal MachineAccount(int scheduler, int id) => (Scheduler, Id) = (scheduler, id);

    /// <summary>The scheduler's number.</summary>
    public int Scheduler { get; }

    /// <summary>The M's number.</summary>
    public int Id { get; }

    /// <summary>True if its thread began in the trace.</summary>
    public bool StartedInTrace { get; internal set; }

    /// <summary>True if its thread ended in it.</summary>
    public bool StoppedInTrace { get; internal set; }

    /// <summary>How often it went to sleep.</summary>
    public long Parks { get; internal set; }

    /// <summary>How often it was woken.</summary>
    public long Unparks { get; internal set; }

    /// <summary>How often it got a P.</summary>
    public long Acquired { get; internal set; }

    /// <summary>From the moment it was awake, which it tells itself, to the moment it had a P, in all, ns; of <see cref="TimedWakes"/>.</summary>
    public long WakeNs { get; internal set; }

    /// <summary>The longest of these, ns.</summary>
    public long LongestWakeNs { get; internal set; }

    /// <summary>How many wakes were followed by a P.</summary>
    public long TimedWakes { get; internal set; }

    /// <summary>What it did, in order of time, without overlap.</summary>
    public IReadOnlyList<MachineSpan> Spans => SpanList;

    internal List<MachineSpan> SpanList { get; } = [];

    /// <summary>When it was woken, or <see cref="None"/> if it has had a P since.</summary>
    internal long Unparked { get; set; } = None;

    internal MachineState State { get; private set; }

    internal int Processor { get; private set; } = -1;

    internal const long None = long.MinValue;

    internal void Enter(MachineState state, int processor, long time)
    {
        if (state == State && processor == Processor)
            return;
        if (state == MachineState.HasProcessor)
        {
            Acquired++;
            if (Unparked != None)
            {
                long took = Math.Max(0, time - Unparked);
                WakeNs += took;
                LongestWakeNs = Math.Max(LongestWakeNs, took);
                TimedWakes++;
                Unparked = None;
            }
        }
        Account(time);
        (State, Processor) = (state, processor);
        if (state is not (MachineState.Unknown or MachineState.Dead) && SpanList.Count < MostSpans)
            SpanList.Add(new MachineSpan(Math.Max(0, time), long.MaxValue, state, (short)processor));
    }

    /// <summary>What was counted so far does not count.</summary>
    internal void Restart()
    {
        (StartedInTrace, StoppedInTrace) = (false, false);
        (Parks, Unparks, Acquired, WakeNs, LongestWakeNs, TimedWakes) = (0, 0, 0, 0, 0, 0);
        SpanList.RemoveAll(s => s.End != long.MaxValue);
        Unparked = None;
    }

    /// <summary>The open stretch ends.</summary>
    internal void Account(long time)
    {
        if (SpanList.Count > 0 && SpanList[^1] is { End: long.MaxValue } last)
            SpanList[^1] = last with { End = Math.Max(last.Start, time) };
    }

    // 48 MB: what a thread does beyond that is counted and not drawn.
    private const int MostSpans = 2 << 20;
}
