using System.Diagnostics;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Analysis.Tests.Validation;
using Gmp.Analysis.Validation;

namespace Gmp.Analysis.Tests.Reading;

/// <summary>
/// Damage of a trace that has every kind of record, through all that a user's file goes through: reader, order, model, questions, validator.
/// </summary>
public class WholePathDamageTests
{
    /// <summary>A crafted trace is a few KB; what its reading takes is bounded by buffers, not by what the bytes claim.</summary>
    private const long MostBytesAVariant = 64 << 20;

    private static readonly TimeSpan s_mostTimeAVariant = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cut_at_every_byte_it_is_read_as_far_as_it_goes(bool asTransitions)
    {
        byte[] whole = Whole(asTransitions);
        long records = 0;
        int refused = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            var trace = Read(whole[..length], $"cut at {length}");
            if (trace is null)
            {
                refused++;
                continue;
            }
            Assert.True(trace.Info.IsTruncated, $"cut at {length}");
            Assert.True(trace.Info.Records >= records, $"cut at {length}: {trace.Info.Records} records, and {records} with a byte less");
            records = trace.Info.Records;
        }
        Assert.Equal(ValidTrace.Lines.Length, records);
        Assert.Equal(32, refused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ten_thousand_variants_with_flipped_bytes_are_read_or_refused(bool asTransitions)
    {
        byte[] whole = Whole(asTransitions);
        int refused = 0, told = 0;
        for (int seed = 0; seed < 10_000; seed++)
        {
            // The seed is in the message of a failure, and makes the same variant again.
            var random = new Random(seed);
            byte[] bytes = (byte[])whole.Clone();
            for (int i = random.Next(1, 12); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (Read(bytes, $"seed {seed}") is not { } trace)
                refused++;
            else if (trace.Info.HasLosses || trace.Info.IsTruncated || trace.Info.RepairedRecords > 0)
                told++;
        }
        Assert.InRange(refused, 1, 3000);
        Assert.InRange(told, 3000, 10_000);
    }

    [Fact]
    public void Of_version_6_ten_thousand_variants_are_read_or_refused()
    {
        byte[] whole = NettraceV6.From(Whole(asTransitions: false));
        int refused = 0;
        for (int seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = (byte[])whole.Clone();
            for (int i = random.Next(1, 6); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            refused += Read(bytes, $"seed {seed}") is null ? 1 : 0;
        }
        Assert.InRange(refused, 1, 10_000);
    }

    [Fact]
    public void A_block_that_claims_to_be_huge_takes_no_memory()
    {
        byte[] whole = Whole(asTransitions: false);
        foreach (int size in (int[])[int.MaxValue, 1 << 30, 100 << 20, 17 << 20])
        {
            byte[] bytes = (byte[])whole.Clone();
            // The length of the last block but one.
            int at = bytes.AsSpan().LastIndexOf("EventBlock"u8) + "EventBlock".Length + 1;
            BitConverter.TryWriteBytes(bytes.AsSpan(at), size);
            Assert.NotNull(Read(bytes, $"size {size}"));
        }
    }

    private static byte[] Whole(bool asTransitions)
    {
        var recorder = TextTrace.Record(ValidTrace.Lines.Take(20), asTransitions);
        recorder.Writer.Event("Microsoft-Windows-DotNETRuntime", 1, 99, Recorder.Start + 5_000_000, sorted: true, [1, 2, 3]);
        recorder.Writer.EndBlock();
        TextTrace.Put(recorder, ValidTrace.Lines.Skip(20).Take(30));
        recorder.Writer.SequencePoint(Recorder.Start + 15_000_000);
        recorder.Writer.StackBlock();
        TextTrace.Put(recorder, ValidTrace.Lines.Skip(50));
        return recorder.ToArray();
    }

    // Null if it was refused, in a sentence.
    private static LoadedTrace? Read(byte[] bytes, string variant)
    {
        var watch = Stopwatch.StartNew();
        long before = GC.GetAllocatedBytesForCurrentThread();
        LoadedTrace? trace = null;
        try
        {
            var validator = new TraceValidator();
            trace = TraceFile.Load(new MemoryStream(bytes), validator);
            Invariants.Check(trace, timesAgreeWithSpans: false);
            Assert.Equal(Analyzer.Questions.Count, Analyzer.Run(trace).Findings.Count);
            Assert.True(validator.Result.Count > 0 || trace.Info is not { HasLosses: true }, $"{variant}: losses, and no violation");
            Assert.All(validator.Result.Violations.Take(5), v => Assert.NotEqual("", v.Rule.Meaning));
        }
        catch (TraceFormatException e)
        {
            Assert.EndsWith(".", e.Message);
            Assert.DoesNotContain("   at ", e.Message);
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            Assert.Fail($"{variant}: {e}");
        }
        Assert.True(watch.Elapsed < s_mostTimeAVariant, $"{variant} took {watch.Elapsed}");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytesAVariant, $"{variant} took {GC.GetAllocatedBytesForCurrentThread() - before} bytes");
        return trace;
    }
}
