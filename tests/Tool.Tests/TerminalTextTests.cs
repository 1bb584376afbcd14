using Gmp.Tool.Stdio;

namespace Gmp.Tests;

public class TerminalTextTests
{
    [Theory]
    [InlineData("plain Größe 数 🙂", "plain Größe 数 🙂")]
    [InlineData("a\nb\r\tc", @"a\nb\r\tc")]
    [InlineData("\u001b[2J\u0007", @"\u{1B}[2J\u{7}")]
    [InlineData("\u009b31m", @"\u{9B}31m")]
    [InlineData("safe\u202egpj.exe", @"safe\u{202E}gpj.exe")]
    [InlineData("a\u2028b\u2029c", @"a\u{2028}b\u{2029}c")]
    [InlineData("zero\u200bwidth\ufeff", @"zero\u{200B}width\u{FEFF}")]
    [InlineData("private\ue000", @"private\u{E000}")]
    [InlineData("", "")]
    public void Shows_what_a_terminal_would_obey(string text, string shown) => Assert.Equal(shown, TerminalText.Escape(text));

    // Not a row of the table: an attribute's strings are stored as UTF-8, which has no halves.
    [Fact]
    public void Shows_halves_of_surrogate_pairs()
    {
        Assert.Equal(@"half\u{D83D}half", TerminalText.Escape("half\ud83dhalf"));
        Assert.Equal(@"\u{DC00}", TerminalText.Escape("\udc00"));
    }
}
