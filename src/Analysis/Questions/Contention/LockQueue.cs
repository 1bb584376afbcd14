using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;

namespace Gmp.Analysis.Questions.Contention;

/// <summary>The queue before one lock, in numbers.</summary>
internal sealed class LockQueue(WaitObject on, TraceModel model)
{
    // So many turns may pass until a queue that moves no more is one that is stuck.
    private const int LateTurns = 20;
    private const long LateNs = 100_000_000;

    /// <summary>The lock.</summary>
    public WaitObject Object { get; } = on;

    /// <summary>All waits for it together, ns.</summary>
    public long WaitNs => Object.Blocks.WaitNs;

    /// <summary>Waits for it that ended.</summary>
    public long Turns => Object.Blocks.Count - Object.Blocks.Open;

    /// <summary>For what part of the trace somebody waited.</summary>
    public double Share { get; } = model.Length > 0 ? Math.Min(1, (double)on.ContendedNs / model.Length) : 0;

    /// <summary>How many waited at the mean, while any did.</summary>
    public double MeanWaiters => Object.ContendedNs > 0 ? (double)WaitNs / Object.ContendedNs : 0;

    /// <summary>The mean wait, ns.</summary>
    public double MeanWaitNs => Object.Blocks.Count > 0 ? (double)WaitNs / Object.Blocks.Count : 0;

    /// <summary>How long one turn takes: from one wait's end to the next one's, while somebody waits, ns.</summary>
    public double TurnNs => Turns > 0 ? (double)Object.ContendedNs / Turns : double.PositiveInfinity;

    /// <summary>False if it went to nobody any more at the trace's end, though goroutines wait: that is no convoy.</summary>
    public bool GoesOn { get; } =
        on.Waiters == 0 || (on.Blocks.Count > on.Blocks.Open && model.Duration - on.LastNs <= Math.Max(LateNs, LateTurns * on.ContendedNs / (on.Blocks.Count - on.Blocks.Open)));
}
