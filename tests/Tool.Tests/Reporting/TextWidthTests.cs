using Gmp.Tool.Reporting;
using Gmp.Tool.Reporting.Text;

namespace Gmp.Tests.Reporting;

public class TextWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("checksum", 8)]
    [InlineData("死锁", 4)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("\ud83d\ude42", 2)]
    [InlineData("→█▏", 3)]
    public void Columns(string text, int columns) => Assert.Equal(columns, TextWidth.Of(text));

    [Theory]
    [InlineData("checksum", 8, "checksum")]
    [InlineData("checksum", 7, "chec...")]
    [InlineData("死锁检测", 7, "死锁...")]
    [InlineData("checksum", 2, "..")]
    public void A_cut_is_no_wider(string text, int columns, string cut)
    {
        Assert.Equal(cut, TextWidth.Cut(text, columns, "..."));
        Assert.InRange(TextWidth.Of(cut), 0, columns);
    }

    [Fact]
    public void Chinese_is_wrapped_between_characters_and_not_before_a_mark()
    {
        using var output = new StringWriter { NewLine = "\n" };
        new TextColumn(output, new TextStyle(40, Color: false, Glyphs: true)).Line(2, "有一个 goroutine 一直占用处理器，其他可运行的 goroutine 等待了很长时间。怎么办？没有人知道应该怎么办，也没有人关心。");
        string[] lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.All(lines, l => Assert.InRange(TextWidth.Of(l), 3, 40));
        Assert.DoesNotContain(lines, l => l.TrimStart()[0] is '，' or '。' or '？');
    }

    [Theory]
    [InlineData("a\ufe0fb", "a\\u{FE0F}b")]
    [InlineData("a\u3164b", "a\\u{3164}b")]
    [InlineData("a\u200bb\u2066c", "a\\u{200B}b\\u{2066}c")]
    [InlineData("z\u0301\u0302\u0303\u0304\u0305", "z\u0301\u0302\u0303\\u{304}\\u{305}")]
    public void What_nobody_sees_is_shown(string text, string shown) => Assert.Equal(shown, SafeText.Name(text));

    [Theory]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(22)]
    public void A_bound_cuts_no_character_in_two(int most)
    {
        string bounded = SafeText.Bound(string.Concat(Enumerable.Repeat("\ud83d\ude42", 100)), most);
        Assert.InRange(bounded.Length, 3, most);
        Assert.DoesNotContain("\\u{D", SafeText.Name(bounded), StringComparison.Ordinal);
    }
}
