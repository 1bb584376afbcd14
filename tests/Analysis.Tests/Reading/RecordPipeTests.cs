using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Reading;

/// <summary>The model that another thread builds is the one that the reading thread would build.</summary>
public class RecordPipeTests
{
    public static TheoryData<string> Names => GoldenTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_model_is_the_same_on_two_threads(string name)
    {
        byte[] bytes = TextTrace.Record(GoldenTests.Records(name)).ToArray();
        Assert.Equal(Portrait.Of(Load(bytes, null)), Portrait.Of(OnTwoThreads(bytes)));
    }

    [Fact]
    public void A_long_trace_with_texts_goes_through_many_chunks_unharmed()
    {
        byte[] bytes = TextTrace.Record(Lines()).ToArray();
        var one = Load(bytes, null);
        var two = OnTwoThreads(bytes);
        Assert.Equal(20_000, two.Model.Goroutines.Count);
        Assert.Equal(one.Model.Goroutines.Select(g => (g.Id, g.Name, g.Status, g.RunningTime, g.RunnableTime)), two.Model.Goroutines.Select(g => (g.Id, g.Name, g.Status, g.RunningTime, g.RunnableTime)));
        Assert.Equal(one.Info.Records, two.Info.Records);
        Invariants.Check(two);

        static IEnumerable<string> Lines()
        {
            yield return "0 - SchedulerStart procs=1 sliceNs=10ms name=\"main\"";
            for (int i = 1; i <= 20_000; i++)
            {
                yield return $"{i}us P0 GoCreate g={i} queue=Local name=\"name {i} {new string('x', i % 50)}\"";
                yield return $"{i}us P0 GoStart g={i}";
                yield return $"{i}.5us P0 GoDestroy g={i}";
            }
        }
    }

    [Fact]
    public void What_building_throws_reaches_the_reader_and_nobody_waits_for_ever()
    {
        using var pipe = new RecordPipe();
        var inlet = pipe.To(new Failing(after: 700));
        var thrown = Assert.Throws<InvalidOperationException>(() =>
        {
            for (int i = 0; i < 100_000; i++)
                inlet.Loss(0, i);
            pipe.Complete();
        });
        Assert.Equal("700", thrown.Message);
    }

    private sealed class Failing(int after) : IRecordSink
    {
        private int _count;

        public void Record(int stream, int generation, long ticks, in BatchCursor fields)
        {
        }

        public void Loss(int stream, long lastTicks)
        {
            if (++_count == after)
                throw new InvalidOperationException(_count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static LoadedTrace OnTwoThreads(byte[] bytes)
    {
        using var pipe = new RecordPipe();
        return Load(bytes, pipe);
    }

    private static LoadedTrace Load(byte[] bytes, RecordPipe? pipe) => TraceFile.Load(new MemoryStream(bytes), null, null, pipe);
}
