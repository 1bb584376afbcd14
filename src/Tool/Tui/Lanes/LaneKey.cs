using Gmp.Analysis.Model;

namespace Gmp.Tool.Tui.Lanes;

/// <summary>Which lane: stays true while a live trace puts new lanes before this one.</summary>
internal readonly record struct LaneKey(LaneKind Kind, int Scheduler, int Id)
{
    public static LaneKey Of(Lane lane) => new(lane.Kind, lane.Scheduler, lane.Id);
}
