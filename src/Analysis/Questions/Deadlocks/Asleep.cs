using Gmp.Analysis.Model;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions.Deadlocks;

/// <summary>Goroutines of one site that wait for one reason.</summary>
/// <param name="Site">Where they were created, in short.</param>
/// <param name="Reason">Why they wait.</param>
/// <param name="Count">How many.</param>
/// <param name="Example">One of them.</param>
internal sealed record AsleepGroup(string Site, WaitReason Reason, int Count, GoroutineInfo Example);

/// <summary>A scheduler in which every goroutine waits for another one.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="LastedNs">For how long none of them has done anything, ns.</param>
/// <param name="Groups">They, by site and reason; the largest first.</param>
internal sealed record Asleep(int Count, long LastedNs, IReadOnlyList<AsleepGroup> Groups)
{
    /// <summary>
    /// The first such scheduler, or null. One that has stopped is none: its main goroutine has ended, and who waits still does so for nothing. A select may wait for
    /// time, so a program with one is none either.
    /// </summary>
    public static Asleep? Of(QuestionContext context)
    {
        foreach (var scheduler in context.Info.Schedulers)
        {
            if (scheduler.StoppedAt is null && Of(context.Model, scheduler.Id) is { } asleep)
                return asleep;
        }
        return null;
    }

    private static Asleep? Of(TraceModel model, int scheduler)
    {
        var alive = new List<GoroutineInfo>();
        foreach (var g in model.Goroutines)
        {
            if (g.Scheduler != scheduler || g.Status == GoStatus.Dead)
                continue;
            if (g.Status != GoStatus.Waiting || !NeedsAnother(g.WaitingFor))
                return null;
            alive.Add(g);
        }
        if (alive.TrueForAll(g => g.WaitingFor == WaitReason.PoolWorkerIdle))
            return null;
        return new Asleep(alive.Count, model.Duration - alive.Max(g => g.StatusSince),
            [.. alive.GroupBy(g => (Wording.Place(g.CreatedAt), g.WaitingFor)).Select(g => new AsleepGroup(g.Key.Item1, g.Key.WaitingFor, g.Count(), g.First())).OrderByDescending(g => g.Count)]);
    }

    private static bool NeedsAnother(WaitReason reason) =>
        reason is WaitReason.PoolWorkerIdle || (WaitNature.Of(reason) is WaitNature.Kind.Message or WaitNature.Kind.Lock && reason != WaitReason.Select);
}
