using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// The wait of a <see cref="Gmp.Select"/>: it stands in several queues at once, and one word decides which of them ends it. Go takes the locks of
/// all channels together, sorted by address (runtime/select.go: sellock); here never more than one gate is held, and nothing is sorted.
/// </summary>
/// <remarks>
/// <para>The word holds a phase, the case that won and the number of the wait, so that a timer or a token that comes too late claims
/// nothing. Whoever takes a case out of a channel's queue claims the word first, under that channel's gate; who loses drops the case and takes the next
/// in the queue. The phases:</para>
/// <list type="bullet">
/// <item>Idle: in no queue. What is ready now is taken as by TryReceive and TrySend: nobody can claim what nobody sees.</item>
/// <item>Enqueuing: the scheduler puts the cases into their queues, one gate after the other. A claim that comes meanwhile readies nobody: the
/// commit ends with a swap from Enqueuing to Parked, which then fails, and the goroutine goes on at once.</item>
/// <item>Parked: whoever claims readies the goroutine.</item>
/// <item>Deciding: while it enqueues, it has found a case that is ready after all. It may already be claimed through another queue, so it takes itself
/// back first, for some instructions; who wants to claim it waits that long.</item>
/// <item>Claimed: one case has won; it is final until the goroutine has taken its other cases back.</item>
/// </list>
/// <para>Two selects that meet, each as one case of the other, both enqueuing: each would have to claim itself and the other in one step. Each
/// goes to Deciding first and then claims the other. If both are Deciding, the one with the lower order gives way to Enqueuing and can be claimed.
/// So who waits as Deciding waits for a lower one only, and a lower one that gave way is claimed by nobody's leave but its word: no circle. Nobody who
/// is Deciding enters another gate, so holding one's gate while waiting is safe too.</para>
/// <para>Rejected: dropping a select that is Deciding from the queue and letting it start anew, which loses its place in the line; and leaving
/// the cases that lost in their queues for the next wait, which is cheaper still but keeps a place in the line that was not waited for, and
/// leaks in channels on which nothing ever happens.</para>
/// </remarks>
internal sealed class SelectWait(Select select) : Parker
{
    private const long Idle = 0, Enqueuing = 1, Parked = 2, Claimed = 3, Deciding = 4;
    private const long PhaseMask = 7, PositionMask = 0x1FFF_FFFF;
    private const int PositionShift = 3, NumberShift = 32;

    /// <summary>Positions that are no case of a channel.</summary>
    internal const int TimedOut = (int)PositionMask, Canceled = (int)PositionMask - 1;

    /// <summary>The most cases, so that those two stay free.</summary>
    internal const int MostCases = 1 << 16;

    private static long s_lastOrder;

    private long _state;
    private long _order;
    private G? _g;

    internal override WaitReason Reason => select.HasCases ? WaitReason.Select : WaitReason.SelectNoCases;

    /// <summary>Its case has been decided and the goroutine has not collected it yet, or it waits.</summary>
    internal bool IsBusy => (Volatile.Read(ref _state) & PhaseMask) != Idle;

    /// <summary>The number of the wait that would begin now, for timers and tokens.</summary>
    internal uint Number => (uint)(Volatile.Read(ref _state) >> NumberShift);

    internal override bool Commit(G g)
    {
        long idle = _state;
        // Release: who finds a case in a queue sees the phase.
        Volatile.Write(ref _state, idle | Enqueuing);
        return Commit(g, idle);
    }

    /// <summary>As <see cref="Commit(G)"/>, where a token may have claimed the wait already.</summary>
    internal bool CommitUnlessClaimed(G g)
    {
        long idle = _state;
        return (idle & PhaseMask) == Idle
            && Interlocked.CompareExchange(ref _state, idle | Enqueuing, idle) == idle
            && Commit(g, idle);
    }

    private bool Commit(G g, long idle)
    {
        if (_g != g)
            _g = g;
        foreach (var one in select.Cases)
        {
            var step = one.Enqueue();
            if (step == SelectStep.Done)
                return false;
            // The others need not be queued any more.
            if (step == SelectStep.Claimed)
                break;
        }
        select.StartTimer(g.Scheduler);
        long enqueued = idle | Enqueuing;
        if (Interlocked.CompareExchange(ref _state, idle | Parked, enqueued) == enqueued)
            return true;
        // Whoever claimed may still be handing over the value: it does so under the gate of the case, which is passed once to see all of it.
        int position = PositionOf(Volatile.Read(ref _state));
        if (position < select.Cases.Length)
            select.Cases[position].PassGate();
        return false;
    }

    /// <summary>Claims the wait for one case. Under the gate of that case's channel; not by a select that is Deciding.</summary>
    /// <param name="position">The case.</param>
    /// <param name="g">Whom the caller must ready; null if the wait has not been committed yet.</param>
    /// <returns>False if another case has won.</returns>
    internal bool TryClaim(int position, out G? g) => TryClaim(Number, position, out g);

    /// <summary>As <see cref="TryClaim(int, out G)"/>, by a timer or a token that was set for one wait and may come after it.</summary>
    internal bool TryClaim(uint number, int position, out G? g)
    {
        var spinner = new SpinWait();
        while (true)
        {
            long state = Volatile.Read(ref _state);
            long phase = state & PhaseMask;
            if (phase == Claimed || (uint)(state >> NumberShift) != number)
            {
                g = null;
                return false;
            }
            if (phase == Deciding)
            {
                spinner.SpinOnce(sleep1Threshold: 50);
                continue;
            }
            if (Interlocked.CompareExchange(ref _state, ClaimedFor(state, position), state) == state)
            {
                g = phase == Parked ? _g : null;
                return true;
            }
        }
    }

    // ---- By its own commit, which has found a case to be ready -----------------------------------------------------------------------------

    /// <summary>Takes the wait back, so that nobody else claims it.</summary>
    /// <returns>False if somebody has.</returns>
    internal bool TryBeginDeciding()
    {
        long state = Volatile.Read(ref _state);
        return (state & PhaseMask) == Enqueuing
            && Interlocked.CompareExchange(ref _state, (state & ~PhaseMask) | Deciding, state) == state;
    }

    /// <summary>It was nothing: others may claim again.</summary>
    internal void EndDeciding() => Volatile.Write(ref _state, (_state & ~PhaseMask) | Enqueuing);

    /// <summary>This case it is.</summary>
    internal void Decide(int position) => Volatile.Write(ref _state, ClaimedFor(_state, position));

    /// <summary>While Deciding: claims a select that waits on the other side.</summary>
    /// <param name="other">The select.</param>
    /// <param name="position">Its case.</param>
    /// <param name="g">Whom the caller must ready, if anyone.</param>
    internal SelectMeeting Meet(SelectWait other, int position, out G? g)
    {
        var spinner = new SpinWait();
        while (true)
        {
            long state = Volatile.Read(ref other._state);
            switch (state & PhaseMask)
            {
                case Enqueuing or Parked:
                    if (Interlocked.CompareExchange(ref other._state, ClaimedFor(state, position), state) == state)
                    {
                        g = (state & PhaseMask) == Parked ? other._g : null;
                        return SelectMeeting.Met;
                    }
                    break;
                case Deciding when Order < other.Order:
                    // It may be waiting for this very one: it goes first.
                    EndDeciding();
                    while ((Volatile.Read(ref other._state) & PhaseMask) == Deciding && (Volatile.Read(ref _state) & PhaseMask) == Enqueuing)
                        spinner.SpinOnce(sleep1Threshold: 50);
                    if (!TryBeginDeciding())
                    {
                        g = null;
                        return SelectMeeting.SelfClaimed;
                    }
                    break;
                case Deciding:
                    spinner.SpinOnce(sleep1Threshold: 50);
                    break;
                default:
                    g = null;
                    return SelectMeeting.OtherGone;
            }
        }
    }

    /// <summary>Ends the wait: takes the cases back that did not happen. By the goroutine, once it goes on.</summary>
    /// <returns>The position that won.</returns>
    internal int Collect()
    {
        foreach (var one in select.Cases)
            one.Withdraw();
        long state = _state;
        Volatile.Write(ref _state, (long)((ulong)((state >> NumberShift) + 1) << NumberShift));
        return PositionOf(state);
    }

    // Given when it is first needed, which is seldom: two selects have met.
    private long Order
    {
        get
        {
            if (Volatile.Read(ref _order) == 0)
                Interlocked.CompareExchange(ref _order, Interlocked.Increment(ref s_lastOrder), 0);
            return Volatile.Read(ref _order);
        }
    }

    private static long ClaimedFor(long state, int position) =>
        (state & ~(PhaseMask | (PositionMask << PositionShift))) | ((long)position << PositionShift) | Claimed;

    private static int PositionOf(long state) => (int)((state >> PositionShift) & PositionMask);
}

/// <summary>What came of a case when its select parked.</summary>
internal enum SelectStep
{
    /// <summary>It is in its queue, or is never ready.</summary>
    Queued,

    /// <summary>It was ready: it has happened.</summary>
    Done,

    /// <summary>Another case has happened.</summary>
    Claimed,
}

/// <summary>What came of a meeting of two selects.</summary>
internal enum SelectMeeting
{
    Met,
    OtherGone,
    SelfClaimed,
}
