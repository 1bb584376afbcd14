using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tool.Recording;

namespace Gmp.Tests.Recording;

public class NettraceTailTests
{
    [Fact]
    public void A_whole_file_stays_as_it_is()
    {
        var (bytes, ends) = NettraceBytes.File(13, 0, 200);
        using var file = Open(bytes, bytes.Length);
        Assert.Equal(new NettraceTail.State(ends[^1], 3, HasEndTag: true), NettraceTail.Repair(file));
        Assert.Equal(bytes, file.ToArray());
    }

    [Fact]
    public void Cut_anywhere_it_ends_after_the_last_whole_object()
    {
        var (bytes, ends) = NettraceBytes.File(13, 0, 200, 7);
        for (int length = 0; length <= bytes.Length; length++)
        {
            using var file = Open(bytes, length);
            NettraceTail.Repair(file);
            int whole = ends.LastOrDefault(end => end <= length);
            byte[] expected = whole == 0 ? bytes[..length] : length == bytes.Length ? bytes : [.. bytes[..whole], 1, .. RepairedEnd.Mark];
            Assert.True(expected.AsSpan().SequenceEqual(file.ToArray()), $"cut at {length}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_added_stands_before_the_end_mark_and_the_words_behind_it_stay(bool repaired)
    {
        var (bytes, ends) = NettraceBytes.File(13, 200);
        byte[] end = repaired ? [1, .. RepairedEnd.Mark] : [1];
        using var file = Open([.. bytes[..^1], .. end], ends[^1] + end.Length);
        byte[] added = NettraceBytes.Block(ends[^1], "EventBlock", [1, 2, 3, 4, 5]);
        NettraceTail.Add(file, to => to.Write(added));
        Assert.Equal([.. bytes[..^1], .. added, .. end], file.ToArray());
        Assert.Equal(3, NettraceTail.Inspect(file).Blocks);
    }

    [Fact]
    public void An_addition_that_fails_leaves_the_file_as_it_was()
    {
        var (bytes, _) = NettraceBytes.File(13, 200);
        using var file = Open(bytes, bytes.Length);
        Assert.Throws<IOException>(() => NettraceTail.Add(file, to =>
        {
            to.Write(new byte[1000]);
            throw new IOException("full");
        }));
        Assert.Equal(bytes, file.ToArray());
    }

    [Fact]
    public void Nothing_is_added_to_a_file_without_an_end()
    {
        var (bytes, ends) = NettraceBytes.File(13, 200);
        using var file = Open(bytes, ends[^1]);
        NettraceTail.Add(file, _ => Assert.Fail("there is no place for it"));
        Assert.Equal(bytes[..^1], file.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("no trace at all, but longer than the thirty-two bytes of a header")]
    public void What_is_no_trace_is_not_touched(string text)
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(text);
        using var file = Open(bytes, bytes.Length);
        Assert.Equal(default, NettraceTail.Repair(file));
        Assert.Equal(bytes, file.ToArray());
    }

    [Fact]
    public void Random_damage_never_throws_and_never_makes_the_file_longer_than_its_end()
    {
        var random = new Random(20250131);
        var (bytes, _) = NettraceBytes.File(40, 90, 3);
        for (int round = 0; round < 5000; round++)
        {
            byte[] damaged = [.. bytes];
            for (int i = 0; i < 4; i++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            int length = random.Next(damaged.Length + 1);
            using var file = Open(damaged, length);
            var state = NettraceTail.Repair(file);
            Assert.InRange(state.WholeBytes, 0, length);
            Assert.InRange(file.Length, 0, length + 1 + RepairedEnd.Mark.Length);
        }
    }

    private static MemoryStream Open(byte[] bytes, int length)
    {
        var file = new MemoryStream();
        file.Write(bytes, 0, length);
        return file;
    }
}
