using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Screen;

namespace Gmp.Tool.Tests;

public class TuiTextTests
{
    [Theory]
    [InlineData("plain name-1", "plain name-1")]
    [InlineData("Grüße Ω", "Grüße Ω")]
    [InlineData("\u001b[2Jgone", "\\u{1B}[2Jgone")]
    [InlineData("a\nb\tc\u0085d", "a\\u{A}b\\u{9}c\\u{85}d")]
    [InlineData("x\u202Eevil", "x\\u{202E}evil")]
    [InlineData("\u05D0", "\\u{5D0}")]
    [InlineData("日", "\\u{65E5}")]
    [InlineData("e\u0301", "e\\u{301}")]
    [InlineData("😀", "\\u{1F600}")]
    [InlineData("zero\u200Bwidth", "zero\\u{200B}width")]
    public void Only_glyphs_that_take_one_quiet_column_stay(string text, string safe) => Assert.Equal(safe, CellText.Safe(text));

    // Not a row of the theory: half a character does not survive the way into an attribute.
    [Fact]
    public void Half_a_character_becomes_its_number() => Assert.Equal("half \\u{D83D}", CellText.Safe("half " + (char)0xD83D));

    [Theory]
    [InlineData(0, "0 ns")]
    [InlineData(999, "999 ns")]
    [InlineData(1_000, "1 µs")]
    [InlineData(17_340, "17.3 µs")]
    [InlineData(613_000_000, "613 ms")]
    [InlineData(1_240_000_000, "1.24 s")]
    public void Lengths_have_three_digits_that_count(long ns, string text) => Assert.Equal(text, TimeText.Length(ns, GlyphSet.Unicode));

    [Fact]
    public void Moments_have_the_digits_that_the_scale_needs()
    {
        Assert.Equal("12.4005 s", TimeText.Moment(12_400_500_000, 100_000, 12_400_500_000, GlyphSet.Unicode));
        Assert.Equal("0.0 ms", TimeText.Moment(0, 100_000, 90_000_000, GlyphSet.Unicode));
        Assert.Equal("12.40s", TimeText.Tick(12_400_500_000, 10_000_000, 12_400_500_000, GlyphSet.Unicode));
    }

    [Fact]
    public void Every_key_in_the_table_does_one_thing_and_every_action_has_a_key()
    {
        TimelineAction[] bound = [.. KeyTable.Entries.SelectMany(e => e.Bound).Select(b => b.Action)];
        Assert.Equal(Enum.GetValues<TimelineAction>().Order(), bound.Distinct().Order());
        Assert.Equal(KeyTable.Entries.Sum(e => e.Bound.Length), KeyTable.Entries.SelectMany(e => e.Bound).Select(b => b.Key).Distinct().Count());
    }

    [Theory]
    [InlineData(58)]
    [InlineData(78)]
    [InlineData(118)]
    public void The_bottom_line_always_tells_how_to_quit_and_fits(int width)
    {
        string hints = KeyTable.Hints(width, live: true);
        Assert.EndsWith("? help  q quit", hints, StringComparison.Ordinal);
        Assert.InRange(hints.Length, 1, width);
    }
}
