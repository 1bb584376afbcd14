using Gmp.Analysis.Model;

namespace Gmp.Tool.Reporting.Html.Timeline;

/// <summary>The rows of the timeline of a trace.</summary>
internal static class TimelineRows
{
    /// <summary>Ms come in thousands; these many are drawn, those on which goroutines ran alone first.</summary>
    private const int MostMachines = 24;

    /// <summary>Ps by number, then Ms by number, of each scheduler; and how many Ms are left out.</summary>
    public static (IReadOnlyList<LaneRow> Rows, int LeftOut) Of(TraceModel model)
    {
        long duration = model.Duration;
        var machines = model.Accounts.SelectMany(a => a.Machines)
            .Select(m => new MachineRow(m, model.FindLane(LaneKind.Machine, m.Scheduler, m.Id), duration)).Where(m => m.Count > 0)
            .OrderByDescending(m => m.AloneNs).ThenByDescending(m => m.Count).ThenBy(m => m.Scheduler).ThenBy(m => m.Id).ToList();
        var shown = machines.Take(MostMachines).OrderBy(m => m.Scheduler).ThenBy(m => m.Id).ToList();
        var rows = new List<LaneRow>();
        foreach (int scheduler in model.Lanes.Select(l => l.Scheduler).Concat(shown.Select(m => m.Scheduler)).Distinct().Order())
        {
            rows.AddRange(model.Lanes.Where(l => l.Kind == LaneKind.Processor && l.Scheduler == scheduler).Select(l => new ProcessorRow(l, duration)));
            rows.AddRange(shown.Where(m => m.Scheduler == scheduler));
        }
        return (rows, machines.Count - shown.Count);
    }
}
