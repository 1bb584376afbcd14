using System.Diagnostics;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests.Reading;

/// <summary>Whatever happened to a file: everything whole in it is read, nothing but our own exception is thrown, and it ends soon.</summary>
public class DamageTests
{
    private static LoadedTrace Load(byte[] bytes) => TraceFile.Load(new MemoryStream(bytes));

    [Fact]
    public void A_file_cut_at_any_byte_gives_everything_that_is_whole()
    {
        byte[] whole = Samples.Busy().ToArray();
        long all = Load(whole).Info.Records;
        long before = 0;
        var counts = new HashSet<long>();
        for (int length = 32; length < whole.Length; length++)
        {
            var trace = Load(whole[..length]);
            Assert.True(trace.Info.IsTruncated, $"cut at {length}");
            Assert.True(trace.Info.Records >= before, $"cut at {length}: {trace.Info.Records} records, and {before} with a byte less");
            Invariants.Check(trace);
            before = trace.Info.Records;
            counts.Add(before);
        }
        Assert.Equal(all, before);
        // Not only at the ends of blocks: events within the block that was cut count too.
        Assert.True(counts.Count > 10, $"only {counts.Count} different counts");
        Assert.False(Load(whole).Info.IsTruncated);
    }

    [Fact]
    public void What_the_recorder_wrote_behind_the_end_mark_tells_that_the_recording_ended_early()
    {
        byte[] whole = Samples.Busy().ToArray();
        byte[] repaired = [.. whole, .. RepairedEnd.Mark];
        var trace = Load(repaired);
        Assert.True(trace.Info is { IsRepaired: true, IsTruncated: false });
        Assert.Equal(Load(whole).Info.Records, trace.Info.Records);
        Assert.Contains(Analyzer.Run(trace).Findings, f => f.Id == "GMP001" && f.Severity == Severity.Info && f.Answer.Contains("ended early", StringComparison.Ordinal));

        // A part of it is left by a disk that was full; other bytes, none, or more are no such sign.
        Assert.True(Load(repaired[..^5]).Info.IsRepaired);
        Assert.False(Load(whole).Info.IsRepaired);
        Assert.False(Load([.. whole, .. "gmp-trade"u8]).Info.IsRepaired);
        Assert.False(Load([.. repaired, 0]).Info.IsRepaired);

        var ingest = new TraceIngest();
        foreach (byte b in repaired)
        {
            ingest.Reader.Space(1)[0] = b;
            ingest.Reader.Fill(1);
        }
        ingest.Complete();
        Assert.True(ingest.Info is { IsRepaired: true, IsTruncated: false });
    }

    [Fact]
    public void A_file_cut_within_its_first_bytes_is_refused_in_a_sentence()
    {
        byte[] whole = Samples.Busy().ToArray();
        Assert.Equal(TraceFault.Empty, Assert.Throws<TraceFormatException>(() => Load([])).Fault);
        for (int length = 1; length < 32; length++)
        {
            var e = Assert.Throws<TraceFormatException>(() => Load(whole[..length]));
            Assert.Equal(TraceFault.NotATrace, e.Fault);
            Assert.EndsWith(".", e.Message);
        }
    }

    [Fact]
    public void Ten_thousand_damaged_files_are_read_or_refused_and_never_more()
    {
        byte[] whole = Samples.Busy(24).ToArray();
        var random = new Random(20261);
        var watch = Stopwatch.StartNew();
        int refused = 0, damaged = 0;
        for (int variant = 0; variant < 10_000; variant++)
        {
            byte[] bytes = Damage(whole, random);
            try
            {
                var trace = Load(bytes);
                Invariants.Check(trace, timesAgreeWithSpans: false);
                Assert.Equal(Analyzer.Questions.Count, Analyzer.Run(trace).Findings.Count);
                damaged += trace.Info.HasLosses || trace.Info.IsTruncated ? 1 : 0;
            }
            catch (TraceFormatException e)
            {
                Assert.NotEqual("", e.Message);
                refused++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"variant {variant}: {e}");
            }
        }
        // A file of a few KB is read in well under a millisecond; an endless one would show here.
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"took {watch.Elapsed}");
        Assert.InRange(refused, 1, 5000);
        Assert.InRange(damaged, 1000, 10_000);
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        byte[] bytes = (byte[])whole.Clone();
        switch (random.Next(4))
        {
            case 0:
                for (int i = random.Next(1, 9); i > 0; i--)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                random.NextBytes(bytes.AsSpan(random.Next(bytes.Length - 64), random.Next(1, 64)));
                return bytes;
            case 2:
                int from = random.Next(bytes.Length - 256);
                return [.. bytes[..from], .. bytes[(from + random.Next(1, 256))..]];
            default:
                int at = random.Next(32, bytes.Length);
                byte[] inserted = new byte[random.Next(1, 40)];
                random.NextBytes(inserted);
                bytes[random.Next(bytes.Length)] ^= 0x80;
                return [.. bytes[..at], .. inserted, .. bytes[at..]];
        }
    }

    [Fact]
    public void Random_bytes_are_not_a_trace()
    {
        byte[] bytes = new byte[100_000];
        new Random(7).NextBytes(bytes);
        var e = Assert.Throws<TraceFormatException>(() => Load(bytes));
        Assert.Equal(TraceFault.NotATrace, e.Fault);
    }

    [Fact]
    public void A_block_with_a_damaged_length_costs_only_itself()
    {
        var recorder = Samples.Busy();
        byte[] whole = recorder.ToArray();
        var ends = recorder.Writer.BlockEnds;
        long all = Load(whole).Info.Records;
        for (int block = 1; block < ends.Count - 1; block++)
        {
            int begin = (int)ends[block - 1];
            int size = begin + 15 + BitConverter.ToInt32(whole, begin + 11) + 1;
            foreach (int value in (int[])[-1, 0, 3, 12_345, int.MaxValue])
            {
                byte[] bytes = (byte[])whole.Clone();
                BitConverter.TryWriteBytes(bytes.AsSpan(size), value);
                var trace = Load(bytes);
                Assert.True(trace.Info.HasLosses, $"block {block}, length {value}: {trace.Info.Records} of {all}");
                Assert.True(trace.Info.Records > 0 && !trace.Info.IsTruncated, $"block {block}, length {value}");
            }
        }
    }

    [Fact]
    public void A_batch_that_is_not_records_is_counted_and_the_rest_is_read()
    {
        var recorder = Samples.Busy();
        // 255 is no kind of the table.
        recorder.Writer.Event("Gmp-Runtime", 2, 5, Recorder.Start + 1_000_000, true, Recorder.Payload(new(1, 7, 1, 0, Recorder.Start), [255, 1, 2]));
        var trace = Load(recorder.ToArray());
        Assert.Equal(1, trace.Info.CorruptBatches);
        Assert.Equal(Load(Samples.Busy().ToArray()).Info.Records, trace.Info.Records);
    }

    [Fact]
    public void A_time_that_is_off_by_years_ends_its_batch_and_not_the_trace()
    {
        var recorder = Samples.Busy();
        recorder.Put(0, 3_000_000_000L * 1_000_000_000, EventKind_GoStart, 5);
        var trace = Load(recorder.ToArray());
        Assert.Equal(1, trace.Info.CorruptBatches);
        Assert.InRange(trace.Info.DurationNs, 1, 1_000_000_000);
    }

    private const Tracing.EventKind EventKind_GoStart = Tracing.EventKind.GoStart;
}
