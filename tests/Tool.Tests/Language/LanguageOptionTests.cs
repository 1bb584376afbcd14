using Gmp.Tests.Harness;
using Gmp.Tool.Commands;

namespace Gmp.Tests.Language;

/// <summary><c>--lang</c> and the variable that speaks for it.</summary>
public class LanguageOptionTests
{
    [Theory]
    [InlineData("zh-CN")]
    [InlineData("zh_CN.UTF-8")]
    [InlineData("zh")]
    [InlineData("ZH-cn")]
    public void A_language_may_be_written_as_people_write_it(string given) => Assert.Equal("zh-CN", LanguageOption.FromVariable(given).Name);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("en")]
    [InlineData("en_US.UTF-8")]
    public void English_is_the_default(string? given) => Assert.Equal("en", LanguageOption.FromVariable(given).Name);

    [Fact]
    public void A_language_that_there_is_not_is_refused_with_those_that_there_are()
    {
        Assert.Contains("'fr' is no value of GMP_TRACE_LANG: it takes en, zh-CN.", Assert.Throws<ToolFailure>(() => LanguageOption.FromVariable("fr")).Message, StringComparison.Ordinal);
        string sentence = ToolRun.Of("demo", "hog", "--lang", "fr").AssertFails(ExitCode.ArgumentError);
        Assert.Contains("'fr' is no value of --lang: it takes en, zh-CN.", sentence, StringComparison.Ordinal);
    }
}
