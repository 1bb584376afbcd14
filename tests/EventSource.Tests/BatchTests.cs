using System.Diagnostics;

namespace Gmp.Tracing.Tests;

/// <summary>What is put into a buffer comes out of the decoder, whatever the values, the batch boundaries and the flusher.</summary>
public class BatchTests
{
    [Fact]
    public void Every_kind_with_any_values_comes_back()
    {
        var random = new Random(42);
        var sink = new CollectingSink();
        var buffer = new BatchBuffer(sink, 3, 5);
        var put = new List<(EventSpec Spec, long Time, long[] Numbers, string First, string Second)>();
        long time = 1_000_000;
        for (int round = 0; round < 400; round++)
        {
            foreach (var spec in EventTable.Specs)
            {
                time += random.NextInt64(0, 1L << random.Next(0, 40));
                long[] numbers = [.. spec.Fields.Where(f => f.Type != FieldType.String).Select(f => Number(random, f.Type))];
                string first = spec.StringCount > 0 ? Text(random) : "", second = spec.StringCount > 1 ? Text(random) : "";
                buffer.Put(spec, time, numbers, first, second);
                put.Add((spec, time, numbers, first, second));
                if (random.Next(200) == 0)
                    buffer.Flush();
            }
        }
        buffer.Flush();
        var read = sink.Decode();
        Assert.Equal(put.Count, read.Count);
        Assert.All(sink.Batches, b => Assert.Equal((3, 5), (b.Header.Scheduler, b.Header.Stream)));
        for (int i = 0; i < put.Count; i++)
        {
            var (spec, at, numbers, first, second) = put[i];
            Assert.Equal((spec.Kind, at, first, second), (read[i].Kind, read[i].Time, read[i].First, read[i].Second));
            Assert.Equal(numbers, read[i].Numbers[..numbers.Length]);
            Assert.All(read[i].Numbers[numbers.Length..], n => Assert.Equal(0, n));
        }
    }

    private static long Number(Random random, FieldType type)
    {
        long size = random.NextInt64() >> random.Next(64);
        return type == FieldType.Int && random.Next(2) == 0 ? ~size : size;
    }

    private static string Text(Random random) => random.Next(4) switch
    {
        0 => "",
        1 => "worker",
        2 => "名前 \"x\"\n\u001b[31m",
        _ => new string((char)random.Next('a', 'z'), random.Next(1, 100)),
    };

    [Fact]
    public void The_short_forms_write_what_the_table_form_writes()
    {
        var fast = new CollectingSink();
        var slow = new CollectingSink();
        var a = new BatchBuffer(fast, 1, 0);
        var b = new BatchBuffer(slow, 1, 0);
        a.Put(EventKind.SchedulerStop, 10);
        a.Put(EventKind.GoStart, 20, 300);
        a.Put(EventKind.MSpinEnd, 30, 70_000, 1);
        a.Put(EventKind.GoStop, 40, ulong.MaxValue >> 1, 1, 2);
        b.Put(EventTable.Find(EventKind.SchedulerStop)!, 10, []);
        b.Put(EventTable.Find(EventKind.GoStart)!, 20, [300]);
        b.Put(EventTable.Find(EventKind.MSpinEnd)!, 30, [70_000, 1]);
        b.Put(EventTable.Find(EventKind.GoStop)!, 40, [long.MaxValue, 1, 2]);
        a.Flush();
        b.Flush();
        Assert.Equal(slow.Batches.Single().Records, fast.Batches.Single().Records);
    }

    [Fact]
    public void A_row_with_other_counts_is_refused()
    {
        var buffer = new BatchBuffer(new CollectingSink(), 1, 0);
        Assert.Throws<ArgumentException>(() => buffer.Put(EventTable.Find(EventKind.GoStart)!, 1, [1, 2]));
    }

    [Fact]
    public void A_time_that_goes_back_is_the_time_before()
    {
        var sink = new CollectingSink();
        var buffer = new BatchBuffer(sink, 1, 0);
        buffer.Put(EventKind.GoStart, 100, 1);
        buffer.Put(EventKind.GoStart, 50, 2);
        buffer.Put(EventKind.GoStart, 120, 3);
        buffer.Flush();
        Assert.Equal([100L, 100, 120], sink.Decode().Select(r => r.Time));
        Assert.Equal(120, buffer.LastTime);
    }

    [Fact]
    public void A_generation_sends_the_old_one_first_and_numbers_go_on()
    {
        var sink = new CollectingSink();
        var buffer = new BatchBuffer(sink, 1, 0);
        buffer.BeginGeneration(4, 1000);
        buffer.Put(EventKind.GoStart, 1010, 1);
        buffer.BeginGeneration(5, 2000);
        buffer.Put(EventKind.GoStart, 2020, 2);
        buffer.Flush();
        buffer.Flush();   // nothing new: no empty batch
        Assert.Equal([(4, 0, 1000L), (5, 1, 2000L)], sink.Batches.Select(b => (b.Header.Generation, b.Header.Sequence, b.Header.BaseTime)));
        Assert.Equal([1010L, 2020], sink.Decode().Select(r => r.Time));
        Assert.Equal(5, buffer.Generation);
    }

    [Fact]
    public void Long_strings_are_cut_between_characters()
    {
        var sink = new CollectingSink();
        var buffer = new BatchBuffer(sink, 1, 0);
        var site = EventTable.Find(EventKind.Site)!;
        string ascii = new('x', 10_000);
        string wide = string.Concat(Enumerable.Repeat("語", 5_000));
        // A surrogate pair at every offset around the cut: half of one is no character.
        string[] pairs = [.. Enumerable.Range(0, 4).Select(i => new string('x', i) + string.Concat(Enumerable.Repeat("🐹", 500)))];
        buffer.Put(site, 1, [1, 1], ascii, wide);
        foreach (string pair in pairs)
            buffer.Put(site, 1, [1, 1], pair, "");
        buffer.Put(site, 1, [1, 1], null, null);
        buffer.Flush();
        var read = sink.Decode();
        Assert.True(ascii.StartsWith(read[0].First, StringComparison.Ordinal) && read[0].First.Length > 100);
        Assert.True(wide.StartsWith(read[0].Second, StringComparison.Ordinal) && read[0].Second.Length > 100);
        for (int i = 0; i < pairs.Length; i++)
            Assert.True(pairs[i].StartsWith(read[i + 1].First, StringComparison.Ordinal) && read[i + 1].First.Length > 100, read[i + 1].First);
        Assert.Equal(("", ""), (read[^1].First, read[^1].Second));
        Assert.All(sink.Batches, b => Assert.True(b.Records.Length <= BatchBuffer.Capacity + 2048));
    }

    [Fact]
    public void A_batch_is_small_enough_for_EventPipe()
    {
        var sink = new CollectingSink();
        var buffer = new BatchBuffer(sink, 1, 0);
        string text = new('語', 1000);
        for (int i = 0; i < 1000; i++)
            buffer.Put(EventTable.Find(EventKind.Site)!, i, [i, i], text, text);
        buffer.Flush();
        Assert.Equal(1000, sink.Decode().Count);
        // The runtime drops what is 64 KB or larger.
        Assert.All(sink.Batches, b => Assert.True(b.Records.Length + GmpEventSource.BatchPrefixBytes < 65_000));
    }

    [Fact]
    public void Kinds_and_fields_that_a_reader_does_not_know_are_skipped_by_the_traces_own_table()
    {
        var schema = BatchSchema.Parse("11 GoStart g:u mood:i note:s\n200 GoDream a:u b:i c:u d:u e:u f:u g:u h:u i:u j:u x:s y:s z:s\n12 GoDestroy g:u\n");
        byte[] bytes =
        [
            11, 5, 7, 3, 2, (byte)'h', (byte)'i',
            200, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0x80, 1, 9, 0, 1, (byte)'y', 0,   // more numbers and strings than any of ours
            12, 4, 7,
        ];
        var records = new BatchDecoder(bytes, 100, schema);
        Assert.True(records.MoveNext());
        Assert.Equal((EventKind.GoStart, 105, 7, -2, "hi"), (records.Kind, records.Time, records.Number(0), records.Number(1), records.Text(0)));
        Assert.True(records.MoveNext());
        Assert.Equal(("", "y"), (records.Text(0), records.Text(1)));
        Assert.True(records.MoveNext());
        Assert.Equal((EventKind.GoDestroy, 110, 7, 0), (records.Kind, records.Time, records.Number(0), records.Number(1)));
        Assert.False(records.MoveNext());
        Assert.False(records.IsCorrupt);
    }

    [Theory]
    [InlineData(new byte[] { 255, 1 })]                                     // no such kind
    [InlineData(new byte[] { 11 })]                                         // no time
    [InlineData(new byte[] { 11, 1 })]                                      // no field
    [InlineData(new byte[] { 11, 1, 0x80 })]                                // half a number
    [InlineData(new byte[] { 50, 1, 1, 1, 200, 1, 65 })]                    // a string longer than the batch
    [InlineData(new byte[] { 11, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1 })]   // a time that overflows
    [InlineData(new byte[] { 11, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1 })]
    public void Bytes_that_are_no_records_end_the_batch_as_corrupt(byte[] bytes)
    {
        byte[] withFirst = [12, 1, 9, .. bytes];
        var records = new BatchDecoder(withFirst, 0, BatchSchema.Current);
        Assert.True(records.MoveNext());
        Assert.False(records.MoveNext());
        Assert.True(records.IsCorrupt);
        Assert.False(records.MoveNext());
    }

    [Fact]
    public void Random_bytes_never_throw_and_always_end()
    {
        var random = new Random(9);
        byte[] bytes = new byte[300];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            var records = new BatchDecoder(bytes.AsSpan(0, random.Next(bytes.Length)), random.NextInt64(), BatchSchema.Current);
            int count = 0;
            while (records.MoveNext())
            {
                _ = records.Text(0) + records.Text(1);
                Assert.True(++count <= bytes.Length);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Flushed_from_outside_while_it_is_written_every_record_arrives_once_in_order_with_its_time(int flushers)
    {
        const int Records = 400_000;
        var sink = new CollectingSink();
        var buffer = new BatchBuffer(sink, 1, 0);
        long[] times = new long[Records];
        using var done = new ManualResetEventSlim();
        var threads = Enumerable.Range(0, flushers).Select(_ => new Thread(() =>
        {
            while (!done.IsSet)
                buffer.Flush();
        })).ToList();
        threads.ForEach(t => t.Start());
        int generation = 1;
        for (int i = 0; i < Records; i++)
        {
            long now = times[i] = Stopwatch.GetTimestamp();
            if (i % 50_000 == 49_999)
                buffer.BeginGeneration(++generation, now);
            if (i % 97 == 0)
                buffer.Put(EventTable.Find(EventKind.SchedulerStart)!, now, [i, 2], "name");
            else
                buffer.Put(EventKind.MSpinEnd, now, (ulong)i, (ulong)(i & 1));
        }
        done.Set();
        threads.ForEach(t => t.Join());
        buffer.Flush();
        var read = sink.Decode();
        Assert.Equal(Records, read.Count);
        for (int i = 0; i < Records; i++)
            Assert.True(read[i].Numbers[0] == i && read[i].Time == times[i], $"record {i}: number {read[i].Numbers[0]}, time off by {read[i].Time - times[i]}");
        Assert.True(sink.Batches.Count > Records * 4 / BatchBuffer.Capacity);
    }
}
