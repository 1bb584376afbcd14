using Gmp.Analysis.Reading;

namespace Gmp.Tool.Tui.Sources;

/// <summary>How long a goroutine may run before sysmon takes its P, as the trace says.</summary>
internal static class Slices
{
    private const long Default = 10_000_000;

    public static long Of(TraceInfo info, int scheduler)
    {
        foreach (SchedulerInfo candidate in info.Schedulers)
        {
            if (candidate.Id == scheduler)
                return candidate.SliceNs;
        }
        return Default;
    }
}
