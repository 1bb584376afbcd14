using System.Diagnostics;

namespace Gmp.Tests.Harness;

/// <summary>Waits for conditions.</summary>
internal static class Wait
{
    /// <summary>Fails the test if the condition does not come true within half a minute.</summary>
    public static void Until(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "waited in vain for: " + what);
            Thread.Sleep(10);
        }
    }
}
