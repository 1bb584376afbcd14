using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Gmp.Analysis.Model;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tool.Reporting.Html.Timeline;

namespace Gmp.Tests.Reporting;

/// <summary>What the page holds of a trace, unpacked as its script does it.</summary>
public class TimelineDataTests
{
    [Fact]
    public void A_short_trace_is_there_span_by_span()
    {
        var trace = CraftedTrace.Load("hog");
        var page = Page.Of(trace);
        Assert.Equal(["P0", "M1", "M2"], page.Rows.Select(r => r.Label));
        Assert.Equal([(0L, trace.Model.Duration)], page.Segments);
        var p0 = trace.Model.FindLane(LaneKind.Processor, 1, 0)!;
        Assert.Equal(p0.Spans.Select(s => (s.Start, s.End)), page.Rows[0].Spans[0].Select(s => (s.Start, s.End)));
        Assert.Equal("checksum", page.NameOf(page.Rows[0].Spans[0][0].Goroutine));
        // The hog without its P, on its M's row.
        Assert.Contains(page.Rows[1].Spans[0], s => s.Kind == (int)RowKind.Alone && s.End - s.Start == 989_800_000);
        long[] hog = [.. Assert.Single(page.Marks["hogs"]!.AsArray())!.AsArray().Select(n => (long)n!)];
        Assert.Equal([0, 1, 2_000_000, 12_200_000, 1_002_000_000], hog[..5]);
        Assert.Equal(12_300_000, (long)Assert.Single(page.Marks["handoffs"]!.AsArray())![1]!);
        Assert.Equal(["GMP201", "GMP202"], page.Marks["windows"]!.AsArray().Select(w => (string)w![0]!).Order());
    }

    [Theory]
    [InlineData("healthy")]
    [InlineData("loss")]
    [InlineData("syscalls")]
    [InlineData("late-attach")]
    [InlineData("two-schedulers")]
    [InlineData("hog")]
    public void Sums_and_spans_tell_the_same(string name)
    {
        var trace = CraftedTrace.Load(name);
        var page = Page.Of(trace);
        foreach (var row in page.Rows)
        {
            foreach (var pair in row.Spans[0].Zip(row.Spans[0].Skip(1)))
                Assert.True(pair.First.End <= pair.Second.Start, $"{row.Label}: spans overlap");
            for (int slot = 0; slot < RowBuckets.Slots; slot++)
            {
                double exact = row.Spans[0].Where(s => s.Kind == row.Kinds[slot]).Sum(s => s.End - s.Start);
                double summed = row.Shares[slot].Sum(b => b / 255.0) * trace.Model.Duration / page.Count;
                Assert.InRange(summed, exact * 0.97 - (trace.Model.Duration / 2000.0), (exact * 1.03) + (trace.Model.Duration / 2000.0));
            }
        }
    }

    [Fact]
    public void A_loss_is_marked()
    {
        var page = Page.Of(CraftedTrace.Load("loss"));
        Assert.Contains(page.Rows[0].Spans[0], s => s.Kind == (int)RowKind.Unknown && s.End > s.Start);
    }

    [Fact]
    public void A_long_trace_stays_small_and_nothing_rare_vanishes()
    {
        const int Switches = 150_000;
        var trace = CraftedTrace.Load(Long(Switches));
        string text = new TimelineData(trace.Model, []).ToText([]);
        Assert.InRange(text.Length, 1, 500_000);
        var page = Page.Of(trace, []);
        Assert.Empty(page.Segments);   // too much to tell all of it, and no finding points anywhere
        // One run of 200 ns in a P that is idle otherwise, a steal and a handoff.
        var lonely = page.Rows.Single(r => r.Label == "P1");
        Assert.Equal(1, lonely.Shares[0].Count(b => b > 0));
        Assert.Equal(1, (int)Assert.Single(page.Marks["steals"]!.AsArray())![3]!);
        Assert.Single(page.Marks["handoffs"]!.AsArray());
        var busy = page.Rows.Single(r => r.Label == "P0");
        Assert.InRange(busy.Shares[0].Sum(b => b / 255.0) / page.Count, 0.8, 1);
    }

    private static IEnumerable<string> Long(int switches)
    {
        yield return "0 - SchedulerStart procs=2 sliceNs=10ms name=main";
        yield return "0 P0 ProcStart m=1";
        yield return "0 P0 GoCreate g=1 queue=Local";
        yield return "0 P0 GoCreate g=2 queue=Local";
        long time = 1000;
        for (int i = 0; i < switches; i++, time += 1000)
        {
            int g = (i & 1) + 1;
            yield return string.Create(CultureInfo.InvariantCulture, $"{time} P0 GoStart g={g}");
            yield return string.Create(CultureInfo.InvariantCulture, $"{time + 950} P0 GoStop g={g} reason=Yield queue=Local");
            if (i == switches / 2)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{time + 960} P1 ProcStart m=2");
                yield return string.Create(CultureInfo.InvariantCulture, $"{time + 961} P1 Steal victim=0 count=1 first={3 - g}");
                yield return string.Create(CultureInfo.InvariantCulture, $"{time + 962} P1 GoCreate g=3 queue=RunNext");
                yield return string.Create(CultureInfo.InvariantCulture, $"{time + 963} P1 GoStart g=3");
                yield return string.Create(CultureInfo.InvariantCulture, $"{time + 1163} P1 GoDestroy g=3");
                yield return string.Create(CultureInfo.InvariantCulture, $"{time + 1170} P1 ProcHandoff fromM=2 toM=3 reason=LockedThread");
                yield return string.Create(CultureInfo.InvariantCulture, $"{time + 1180} P1 ProcStop m=3");
                time += 1000;
            }
        }
    }

    private sealed record RowPage(string Label, int[] Kinds, byte[][] Shares, List<(long Start, long End, int Goroutine, int Kind)[]> Spans);

    private sealed class Page
    {
        private readonly byte[] _bytes;
        private int _at;

        private Page(string text)
        {
            using var deflated = new DeflateStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress);
            using var raw = new MemoryStream();
            deflated.CopyTo(raw);
            _bytes = raw.ToArray();
            int length = (int)Number();
            var head = JsonNode.Parse(_bytes.AsSpan(_at, length))!;
            _at += length;
            Count = (int)head["count"]!;
            Marks = head["marks"]!;
            Names = [.. head["goroutines"]!["names"]!.AsArray().Select(n => (string)n!)];
            Segments = [.. head["segments"]!.AsArray().Select(s => ((long)s![0]!, (long)s[1]!))];
            foreach (var row in head["rows"]!.AsArray())
            {
                byte[][] shares = [.. Enumerable.Range(0, RowBuckets.Slots).Select(_ => Take(Count))];
                for (int i = 0; i < Count; i++)
                    Number();
                Rows.Add(new RowPage((string)row!["label"]!, [.. row["kinds"]!.AsArray().Select(k => (int)k!)], shares, []));
            }
            foreach (var (from, _) in Segments)
            {
                foreach (var row in Rows)
                    row.Spans.Add(Spans(from));
            }
            Assert.Equal(_bytes.Length, _at);
        }

        public int Count { get; }

        public JsonNode Marks { get; }

        public List<(long From, long To)> Segments { get; }

        public List<RowPage> Rows { get; } = [];

        private string[] Names { get; }

        public static Page Of(LoadedTrace trace) => Of(trace, Analyzer.Run(trace).Findings);

        public static Page Of(LoadedTrace trace, IReadOnlyList<Finding> findings) => new(new TimelineData(trace.Model, findings).ToText([]));

        public string NameOf(int goroutine) => Names[goroutine - 1];

        private (long, long, int, int)[] Spans(long from)
        {
            var spans = new (long, long, int, int)[Number()];
            long time = from;
            for (int i = 0; i < spans.Length; i++)
            {
                long start = time + Number();
                time = start + Number();
                long what = Number();
                spans[i] = (start, time, (int)(what >> 3), (int)(what & 7));
            }
            return spans;
        }

        private byte[] Take(int count) => _bytes[_at..(_at += count)];

        private long Number()
        {
            long value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = _bytes[_at++];
                value |= (long)(next & 127) << shift;
                if (next < 128)
                    return value;
            }
        }
    }
}
