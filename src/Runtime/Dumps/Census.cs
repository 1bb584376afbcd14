using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// Every goroutine of a scheduler, while they run on. Each is told as it was at one moment, all of them at moments close by: one that is started meanwhile
/// may be missing, one that ends may be there. Takes no lock that a goroutine may hold for long, stops nobody. Any thread.
/// </summary>
internal static class Census
{
    /// <summary>So many share a process-wide barrier, which costs some microseconds.</summary>
    private const int AtOnce = 512;

    /// <summary>How often one that moved is looked at again.</summary>
    private const int Looks = 4;

    internal static List<GoroutineView> Take(Scheduler scheduler)
    {
        var runners = new Dictionary<G, M>();
        foreach (var m in scheduler.AllMs())
        {
            if (Volatile.Read(ref m.CurrentG) is { } running)
                runners[running] = m;
        }
        var views = new List<GoroutineView>();
        var stacks = new StackReading();
        var pending = new List<G>(AtOnce);
        var all = scheduler.AllGs.Snapshot();
        for (int first = 0; first < all.Length; first += AtOnce)
        {
            pending.Clear();
            pending.AddRange(all[first..Math.Min(first + AtOnce, all.Length)]);
            Look(pending, runners, stacks, views);
        }
        return views;
    }

    /// <summary>A goroutine that has not ended, by its id; null if there is none. Walks over all of them.</summary>
    internal static GoroutineView? Find(Scheduler scheduler, long id)
    {
        foreach (var g in scheduler.AllGs.Snapshot())
        {
            if (Volatile.Read(ref g.Id) != id)
                continue;
            var views = new List<GoroutineView>();
            Look([g], [], new StackReading(), views);
            return views.Find(v => v.Id == id);
        }
        return null;
    }

    private static void Look(List<G> pending, Dictionary<G, M> runners, StackReading stacks, List<GoroutineView> views)
    {
        var read = new List<GoroutineView>(pending.Count);
        for (int look = 1; pending.Count != 0; look++)
        {
            read.Clear();
            foreach (var g in pending)
            {
                if (GoroutineView.Of(g, stacks) is { } view)
                    read.Add(view);
            }
            pending.Clear();
            // See the remarks of GoroutineView.
            Interlocked.MemoryBarrierProcessWide();
            foreach (var view in read)
            {
                switch (view.Check(stacks))
                {
                    case GoroutineView.Agreement.Moved when look < Looks:
                        pending.Add(view.Goroutine);
                        continue;
                    case GoroutineView.Agreement.Moved when view.IsKnown:
                        view.SayItRuns();
                        break;
                    case not GoroutineView.Agreement.Same:
                        continue;
                }
                if (view.Status is GoStatus.Running or GoStatus.Syscall && runners.TryGetValue(view.Goroutine, out var m)
                    && Volatile.Read(ref m.CurrentG) == view.Goroutine)
                    view.M = m;
                views.Add(view);
            }
        }
    }
}
