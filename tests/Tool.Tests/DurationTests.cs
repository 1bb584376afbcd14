using Gmp.Tool.Commands;

namespace Gmp.Tests;

public class DurationTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("00:00:00:10", 10_000)]
    [InlineData("01:02:03:04", 93_784_000)]
    [InlineData("00:00:05", 5_000)]
    public void Reads_what_people_type(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var duration, out string problem), problem);
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("10x")]
    [InlineData("10 s")]
    [InlineData("-5s")]
    [InlineData(".s")]
    [InlineData("1..5s")]
    [InlineData("ten seconds")]
    [InlineData("1:2:3:4:5")]
    public void Refuses_what_is_no_duration(string text)
    {
        Assert.False(Duration.TryParse(text, out _, out string problem));
        Assert.Contains($"'{text}' is not a duration", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("00:00:00:00")]
    [InlineData("32d")]
    [InlineData("99999999999999999999999h")]
    public void Refuses_what_is_out_of_range(string text)
    {
        Assert.False(Duration.TryParse(text, out _, out string problem));
        Assert.Contains("out of range", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_moment_may_be_the_start()
    {
        Assert.True(Duration.TryParseMoment("0s", out var moment, out _));
        Assert.Equal(TimeSpan.Zero, moment);
        Assert.False(Duration.TryParseMoment("soon", out _, out string problem));
        Assert.NotEqual("", problem);
    }

    [Fact]
    public void Writes_the_clock_as_dotnet_trace_does()
    {
        Assert.Equal("00:00:01:05", Duration.ToClock(TimeSpan.FromSeconds(65.9)));
        Assert.Equal("00:00:00:00.500", Duration.ToClock(TimeSpan.FromSeconds(0.5), withFraction: true));
        Assert.Equal("01:01:00:00", Duration.ToClock(TimeSpan.FromHours(25), withFraction: true));
    }
}
