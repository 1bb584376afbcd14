using Gmp.Tool.Reporting;

namespace Gmp.Tests.Reporting;

public class UnitsTests
{
    [Theory]
    [InlineData(0, "0 ns")]
    [InlineData(999, "999 ns")]
    [InlineData(1_000, "1.0 us")]
    [InlineData(999_949, "999.9 us")]
    [InlineData(999_950, "1.0 ms")]
    [InlineData(400_123_456, "400.1 ms")]
    [InlineData(999_950_000, "1.00 s")]
    [InlineData(3_000_000_000, "3.00 s")]
    [InlineData(200_000_000_000, "3 min 20 s")]
    [InlineData(-1_500_000, "-1.5 ms")]
    public void Times(long ns, string text) => Assert.Equal(text, Units.Time(ns));

    [Theory]
    [InlineData(738, "738 B")]
    [InlineData(1_234, "1.2 kB")]
    [InlineData(12_345_678, "12.3 MB")]
    [InlineData(5_000_000_000, "5.00 GB")]
    public void Sizes(long bytes, string text) => Assert.Equal(text, Units.Bytes(bytes));

    [Theory]
    [InlineData(0, "0 batches")]
    [InlineData(1, "1 batch")]
    [InlineData(12_345, "12,345 batches")]
    public void Counts_and_their_nouns(long count, string text) => Assert.Equal(text, Units.Count(count, "batch", "batches"));
}
