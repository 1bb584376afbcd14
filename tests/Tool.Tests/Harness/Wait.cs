using System.Diagnostics;

namespace Gmp.Tests.Harness;

/// <summary>Waits for conditions.</summary>
internal static class Wait
{
    /// <summary>Fails the test if the condition does not come true within half a minute.</summary>
    public static void Until(Func<bool> condition, string what) => Until(condition, () => what);

    /// <summary>Fails the test if the condition does not come true within half a minute, with words that are asked for then.</summary>
    public static void Until(Func<bool> condition, Func<string> what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(30))
                Assert.Fail("waited in vain for: " + what());
            Thread.Sleep(10);
        }
    }
}
