using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Reading.Ordering;

namespace Gmp.Analysis.Tests.Reading;

/// <summary>Pauses of the runtime from its own events, which come in any order.</summary>
public class PauseTests
{
    private const int Begin = 9, End = 3;

    [Fact]
    public void A_begin_and_the_end_after_it_are_a_pause()
    {
        Assert.Equal([new RuntimePause(10, 15, true), new RuntimePause(20, 21, false)], Pauses((Begin, 110, 1), (End, 115, 0), (Begin, 120, 5), (End, 121, 0)));
        // Preparing a collection is part of one.
        Assert.True(Pauses((Begin, 110, 6), (End, 115, 0)).Single().IsCollection);
    }

    [Fact]
    public void The_ends_may_come_first()
    {
        Assert.Equal(
            [new RuntimePause(10, 15, true), new RuntimePause(20, 21, true)],
            Pauses((End, 121, 0), (End, 115, 0), (Begin, 120, 1), (Begin, 110, 1)).OrderBy(p => p.Start));
    }

    [Fact]
    public void Halves_are_no_pauses()
    {
        // The recording began within the first and ended within the last; of the one between, the begin is lost.
        Assert.Equal([new RuntimePause(20, 21, true)], Pauses((End, 105, 0), (Begin, 120, 1), (End, 121, 0), (End, 130, 0), (Begin, 140, 1)));
    }

    [Fact]
    public void What_others_write_under_the_same_numbers_is_none()
    {
        var pauses = new List<RuntimePause>();
        var intake = new PauseIntake(pauses);
        intake.Take(new NettraceEventType("Other", Begin), 110, [1, 0, 0, 0]);
        intake.Take(new NettraceEventType("Other", End), 111, []);
        Assert.False(intake.Release(new TraceClock { Origin = 100 }));
    }

    private static List<RuntimePause> Pauses(params (int Id, long Ticks, byte Reason)[] events)
    {
        var pauses = new List<RuntimePause>();
        var intake = new PauseIntake(pauses);
        foreach (var (id, ticks, reason) in events)
            intake.Take(new NettraceEventType("Microsoft-Windows-DotNETRuntime", id), ticks, id == Begin ? [reason, 0, 0, 0] : []);
        intake.Release(new TraceClock { Origin = 100 });
        return pauses;
    }
}
