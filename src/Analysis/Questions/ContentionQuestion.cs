using Gmp.Analysis.Language;
using Gmp.Analysis.Model.Accounts;
using Gmp.Analysis.Questions.Contention;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>GMP104: which lock or channel is contended? Convoys before locks, and channels on which so much is handed over that the switches count.</summary>
public sealed class ContentionQuestion : Question
{
    private const int LeastTurns = 20, LeastAtOnce = 3, ObjectsShown = 8, OthersShown = 3;

    // As for hogs: a person notices a wait of 50 ms.
    private const double CriticalWaitNs = 50e6;

    private static readonly Threshold s_share = new("GMP104.contendedPercent", 25,
        "For how much of the trace, in percent, somebody must wait for a lock until it is a convoy. Below a quarter of the time the lock is free for three quarters of what it could do.");

    private static readonly Threshold s_waiters = new("GMP104.meanWaiters", 1.5,
        "How many goroutines must wait for it at the mean, while any does. One is the pair that meets by chance; a queue that stays is a convoy.");

    private static readonly Threshold s_hot = new("GMP104.hotWaitsPerSecond", 100_000,
        "So many waits a second on one channel are worth a word: each is a park and a wake-up of some 100 to 200 ns, so these are 1 to 2 % of a core.");

    /// <inheritdoc/>
    public override string Id => "GMP104";

    /// <inheritdoc/>
    public override string Text => "Which lock or channel is contended?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_share, s_waiters, s_hot];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        var all = model.Accounts.SelectMany(a => a.WaitObjects).Where(o => o.Blocks.Count > 0).ToList();
        if (all.Count == 0)
        {
            return Answer(context, model.Goroutines.Count == 0 ? Severity.NotApplicable : Severity.Ok, 0,
                say.Text("None. No goroutine waited for a lock or a channel that the trace names."));
        }
        var locks = all.Where(o => WaitNature.Of(o.Reason) == WaitNature.Kind.Lock).Select(o => new LockQueue(o, model)).OrderByDescending(q => q.WaitNs).ToList();
        double share = context.Thresholds[s_share] / 100, waiters = context.Thresholds[s_waiters];
        var convoys = locks.Where(q => q.Share >= share && q.MeanWaiters >= waiters && q.Object.MostWaiters >= LeastAtOnce && q.Turns >= LeastTurns && q.GoesOn).ToList();
        double perSecond = context.Thresholds[s_hot];
        var hot = all.Where(o => o.Reason is WaitReason.ChanReceive or WaitReason.ChanSend && Rate(context, o) >= perSecond).OrderByDescending(o => o.Blocks.Count).ToList();
        if (convoys.Count > 0)
            return Convoy(context, convoys, locks, all);
        return hot.Count > 0 ? Hot(context, hot, all) : AllWell(context, locks, all);
    }

    private Finding Convoy(QuestionContext context, List<LockQueue> convoys, List<LockQueue> locks, List<WaitObject> all)
    {
        var (model, say) = (context.Model, context.Phrases);
        var worst = convoys[0];
        var on = worst.Object;
        string site = on.Site is { } at ? say.Say($"created at {at.Short}") : say.Text("created where the trace does not tell");
        bool isCritical = worst.MeanWaitNs >= CriticalWaitNs;
        return Answer(context, isCritical ? Severity.Critical : Severity.Warning,
            isCritical ? 80 + (int)Math.Min(15, worst.MeanWaiters / 2) : 50 + (int)Math.Min(29, worst.MeanWaiters),
            say.Say($"{Name(on)}: for {Wording.Percent(worst.Share)} of the trace somebody waited for it, {Number(worst.MeanWaiters)} at the mean and {on.MostWaiters} at most. A wait took {Wording.Duration((long)worst.MeanWaitNs)} at the mean, {Wording.Duration(on.Blocks.LongestNs)} at worst. Who waited longest was {site}.")) with
        {
            Evidence = [.. Evidence(say, worst), .. Others(say, convoys, locks)],
            Why = say.Text("A lock lets one goroutine through at a time, however many Ps there are. Once goroutines come faster than it lets them through they form a queue that stays: each that comes waits for all before it, "
                + "and the waits grow while no more gets done. With more goroutines or Ps it only becomes longer."),
            Fixes =
            [
                say.Text("Hold it for less: compute, allocate and wait before or after, and only read and write what is shared with the lock in hand. An await with a lock in hand makes everybody wait for what it waits for."),
                say.Text("Share less: a lock for each part (by key, by P), each with its own data. It costs memory, and an order where one needs several."),
                say.Text("Let one goroutine own the data, and send it requests over a channel with room: the queue is then a queue of work, which it can take in batches."),
                say.Text("Where most only read, GoRWMutex lets readers in together; a writer costs more there."),
            ],
            Confidence = context.Info.HasLosses ? Confidence.Medium : Confidence.High,
            LookCloser = $"dotnet gmp-trace view FILE --at {(Math.Max(0, on.FirstNs) / 1e9).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)}s",
            Goroutines = on.LongestWaiter >= 0 ? [Longest(context, on)] : [],
            Window = new TimeWindow(Math.Max(0, on.FirstNs), on.Waiters > 0 ? model.Duration : on.LastNs),
            Source = on.Site,
            Tables = [Objects(context, all)],
        };
    }

    private static IEnumerable<string> Evidence(Phrases say, LockQueue worst)
    {
        var on = worst.Object;
        yield return say.Say($"{say.Count(worst.Turns, "wait")} for it ended in the trace, one each {Wording.Duration((long)worst.TurnNs)} while somebody waited: that is how long one turn takes, and more than {say.Count((long)(1e9 / Math.Max(1, worst.TurnNs)), "turn")} a second are not to be had.");
        if (on.Waiters > 0)
            yield return say.Say($"{say.Count(on.Waiters, "goroutine")} still waited for it at the trace's end.");
        if (on.Turns > 0)
        {
            double held = (double)on.TurnsWaited / on.Turns;
            string reason = on.HolderReason == WaitReason.None ? say.Text("in a system call") : on.HolderReason.Text();
            if (held >= 0.1)
                yield return say.Say($"In {Wording.Percent(held)} of {say.Count(on.Turns, "turn")} the goroutine that had the lock waited with it in hand (the last time: {reason}): it is held over a wait.");
            else
                yield return say.Say($"In {Wording.Percent(1 - held)} of {say.Count(on.Turns, "turn")} the goroutine that had the lock did not wait with it in hand: it is held over work.");
        }
    }

    private static IEnumerable<string> Others(Phrases say, List<LockQueue> convoys, List<LockQueue> locks)
    {
        foreach (var other in convoys.Skip(1).Take(OthersShown))
            yield return say.Say($"Also {Name(other.Object)}: contended for {Wording.Percent(other.Share)} of the trace, {Number(other.MeanWaiters)} waiting at the mean.");
        int stuck = locks.Count(q => !q.GoesOn && q.Object.Waiters > 0 && q.Share > 0.1);
        if (stuck > 0)
            yield return say.Say($"Besides, {say.Count(stuck, "lock")} went to nobody any more, though others waited: see GMP106.");
    }

    private Finding Hot(QuestionContext context, List<WaitObject> hot, List<WaitObject> all)
    {
        var say = context.Phrases;
        var on = hot[0];
        string site = on.Site is { } at ? at.Short : "?";
        return Answer(context, Severity.Info, 25,
            say.Say($"No lock is, but {Name(on)} is hot: goroutines waited on it {say.Count((long)Rate(context, on), "time")} a second, {Wording.Duration(on.Blocks.WaitNs / on.Blocks.Count)} at the mean. Who waited longest was created at {site}.")) with
        {
            Evidence = [.. hot.Skip(1).Take(OthersShown).Select(o => say.Say($"Also {Name(o)}: {say.Count((long)Rate(context, o), "time")} a second."))],
            Why = say.Text("A channel without room hands each value from goroutine to goroutine, and mostly one of the two parks: two switches for each value. Where the work between them is small, the switches are the work."),
            Fixes =
            [
                say.Text("Give the channel room, `new Chan<T>(64)`: the sender goes on, and the receiver takes many values in one run. A crash or an end then loses what is in it."),
                say.Text("Send batches: an array of values for each switch."),
            ],
            Confidence = context.Info.HasLosses ? Confidence.Medium : Confidence.High,
            Source = on.Site,
            Goroutines = on.LongestWaiter >= 0 ? [Longest(context, on)] : [],
            Tables = [Objects(context, all)],
        };
    }

    private Finding AllWell(QuestionContext context, List<LockQueue> locks, List<WaitObject> all)
    {
        var say = context.Phrases;
        string answer = locks.Count == 0
            ? say.Say($"None. Nobody waited for a lock, and no channel is hot: {say.Count(all.Sum(o => o.Blocks.Count), "wait")} on {say.Count(all.Count, "channel or wait group", "channels and wait groups")}.")
            : !locks[0].GoesOn && locks[0].Object.Waiters > 0
            ? say.Say($"No convoy. But {Name(locks[0].Object)} went to nobody any more, though {say.Count(locks[0].Object.Waiters, "goroutine")} had to wait for it: see GMP106.")
            : say.Say($"None. The most that was waited for a lock is {Wording.Duration(locks[0].WaitNs)} in all, for {Name(locks[0].Object)}, in {say.Count(locks[0].Object.Blocks.Count, "wait")}: somebody waited for it during {Wording.Percent(locks[0].Share)} of the trace, {Number(locks[0].MeanWaiters)} at the mean.");
        return Answer(context, Severity.Ok, 0, answer) with
        {
            Confidence = context.Info.HasLosses ? Confidence.Medium : Confidence.High,
            Tables = [Objects(context, all)],
        };
    }

    private static FindingTable Objects(QuestionContext context, List<WaitObject> all)
    {
        var (model, say) = (context.Model, context.Phrases);
        var shown = all.OrderByDescending(o => WaitNature.Of(o.Reason) == WaitNature.Kind.Lock).ThenByDescending(o => o.Blocks.Count).Take(ObjectsShown).ToList();
        return new(say.Text("What goroutines waited on: locks first"), "objects",
            [
                new(say.Text("object"), CellKind.Text, "object"), new(say.Text("waits"), CellKind.Count, "waits"), new(say.Text("mean wait"), CellKind.Duration, "meanWaitNs"),
                new(say.Text("longest"), CellKind.Duration, "longestWaitNs"), new(say.Text("waiters at most"), CellKind.Count, "mostWaiters"),
                new(say.Text("somebody waited"), CellKind.Share, "contendedShare"), new(say.Text("longest waiter created at"), CellKind.Text, "site"),
            ],
            [.. shown.Select(o => (Cell[])[Name(o), o.Blocks.Count, o.Blocks.WaitNs / o.Blocks.Count, o.Blocks.LongestNs, o.MostWaiters,
                model.Length > 0 ? Math.Min(1, (double)o.ContendedNs / model.Length) : 0, o.Site?.Short ?? ""])])
        { MoreRows = all.Count - shown.Count };
    }

    private static FindingGoroutine Longest(QuestionContext context, WaitObject on)
    {
        var g = context.Model.Goroutines[on.LongestWaiter];
        return FindingGoroutine.Of(g, "longest waiter") with { LongestWaitNs = on.Blocks.LongestNs };
    }

    private static double Rate(QuestionContext context, WaitObject on) => context.Model.Length > 0 ? on.Blocks.Count * 1e9 / context.Model.Length : 0;

    // The words of Go's dumps, which no language translates.
    private static string Name(WaitObject on) => $"{on.Reason.Text()} #{on.Id}";

    private static string Number(double number) => number.ToString("0.#", System.Globalization.CultureInfo.InvariantCulture);
}
