using Gmp.Analysis.Model;

namespace Gmp.Analysis.Questions.Monopoly;

/// <summary>When hogs, or calls, kept Ps from others: stretches without overlap, of each P and of all together.</summary>
internal sealed class Windows
{
    private readonly Dictionary<int, List<(long Start, long End)>> _byProcessor = [];
    private readonly List<(long Start, long End)> _all = [];

    /// <summary>The windows of a group, whose slices are in order of their start.</summary>
    /// <param name="group">The hogs.</param>
    /// <param name="until">Where the window of a slice ends.</param>
    public static Windows Of(HogGroup group, Func<HogSlice, long> until) =>
        Of(group.Slices.Select(hog => (hog.Slice.Processor, hog.Slice.Start, until(hog))));

    /// <summary>Windows in order of their start.</summary>
    /// <param name="kept">The P, -1 for none, and from when until when it was kept.</param>
    public static Windows Of(IEnumerable<(int Processor, long Start, long End)> kept)
    {
        var windows = new Windows();
        foreach (var (processor, start, end) in kept)
        {
            if (processor < 0)
                continue;   // it held no P in this trace
            if (!windows._byProcessor.TryGetValue(processor, out var own))
                windows._byProcessor[processor] = own = [];
            Add(own, start, end);
            Add(windows._all, start, end);
        }
        return windows;
    }

    /// <summary>How much of a wait lies in the windows of its queue's P, or for the global queue in any window while no P was idle, ns.</summary>
    public long Overlap(int queue, long start, long end, IdleTimes idle) =>
        queue == RunnableWait.Global ? Sum(_all, start, end, idle)
        : _byProcessor.TryGetValue(queue, out var own) ? Sum(own, start, end, null)
        : 0;

    private static void Add(List<(long Start, long End)> windows, long start, long end)
    {
        if (windows.Count > 0 && start <= windows[^1].End)
            windows[^1] = (windows[^1].Start, Math.Max(windows[^1].End, end));
        else
            windows.Add((start, end));
    }

    private static long Sum(List<(long Start, long End)> windows, long start, long end, IdleTimes? idle)
    {
        int low = 0, high = windows.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (windows[middle].End > start)
                high = middle;
            else
                low = middle + 1;
        }
        long sum = 0;
        for (; low < windows.Count && windows[low].Start < end; low++)
        {
            long from = Math.Max(start, windows[low].Start), to = Math.Min(end, windows[low].End);
            sum += to - from - (idle?.Within(from, to) ?? 0);
        }
        return sum;
    }
}
