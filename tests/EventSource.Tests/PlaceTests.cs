namespace Gmp.Tests;

public class PlaceTests
{
    [Fact]
    public void Runs() => Assert.True(true);
}
