using static Gmp.Goroutine;
using static Gmp.GoroutineLeak;

namespace Gmp.Tests;

public class GoroutineLeakTests
{
    private static readonly SchedulerOptions s_options = new() { Processors = 2, DetectDeadlock = false };

    [Fact]
    public void Goroutines_that_end_in_time_are_no_leak() => GoroutineLeak.Run(
        async () =>
        {
            for (int i = 0; i < 10; i++)
                Go(async () => await Sleep(TimeSpan.FromMilliseconds(20)));
            await Yield();
        },
        s_options, [Within(TimeSpan.FromSeconds(50))]);

    [Fact]
    public void What_a_program_leaves_behind_is_told_with_its_stack_and_its_site()
    {
        var e = Assert.Throws<GoroutineLeakException>(() => GoroutineLeak.Run(
            async () =>
            {
                Go(() => Forgotten(new Chan<int>()), "forgotten");
                await Yield();
            },
            s_options, [Within(TimeSpan.FromMilliseconds(20))]));
        Assert.Single(e.GoroutineIds);
        Assert.StartsWith("A goroutine leaked, not ended after 0.02 s:\n", e.Message, StringComparison.Ordinal);
        Assert.Matches(
            """
            \ngoroutine \d+ "forgotten" \[chan receive\]:
                Gmp\.Tests\.GoroutineLeakTests\.Forgotten at \./tests/Runtime\.Tests/Leaks/GoroutineLeakTests\.cs:\d+
                created by goroutine 1 "main" at \./tests/Runtime\.Tests/Leaks/GoroutineLeakTests\.cs:\d+ in What_a_program_leaves
            """, e.Message);
    }

    [Fact]
    public async Task Run_tells_what_main_threw_and_looks_for_nobody_then()
    {
        await Assert.ThrowsAsync<FormatException>(() => GoroutineLeak.RunAsync(
            async () =>
            {
                Go(() => Forgotten(new Chan<int>()));
                await Yield();
                throw new FormatException();
            },
            s_options));
    }

    [Fact]
    public void Who_is_expected_is_no_leak() => RuntimeTest.Run(2, async () =>
    {
        var chan = new Chan<int>();
        Go(() => Forgotten(chan), "conn 17");
        await Verify(IgnoreName("conn *"), Within(TimeSpan.Zero));
        await Verify(IgnoreName("conn 17"), Within(TimeSpan.Zero));
        await Verify(IgnoreSite("GoroutineLeakTests.cs"), Within(TimeSpan.Zero));
        await Verify(IgnoreSite("Leaks/GoroutineLeakTests.cs"), Within(TimeSpan.Zero));
        await Verify(IgnoreCreatedIn(nameof(Who_is_expected_is_no_leak)), Within(TimeSpan.Zero));
        await Verify(IgnoreCurrent(), Within(TimeSpan.Zero));
        await RuntimeTest.UntilWaiting(Tracing.WaitReason.ChanReceive, 1);
        await Verify(IgnoreFunction("Forgotten"), Within(TimeSpan.Zero));
        await Verify(IgnoreFunction("GoroutineLeakTests.Forgotten"), Within(TimeSpan.Zero));
        foreach (var option in new[] { IgnoreName("conn"), IgnoreName("conn 1"), IgnoreSite("LeakTests.cs"), IgnoreSite("GoroutineLeakTests.cs", 1), IgnoreCreatedIn("Who"), IgnoreFunction("gotten") })
            Assert.NotNull(await Leak(option));
        chan.Close();
        await Verify(Within(TimeSpan.FromSeconds(50)));
    });

    [Fact]
    public void Descendants_of_an_expected_site_are_expected() => RuntimeTest.Run(1, async () =>
    {
        var chan = new Chan<int>();
        StartLibrary(chan);
        await RuntimeTest.UntilWaiting(Tracing.WaitReason.ChanReceive, 1);
        await Verify(IgnoreCreatedIn(nameof(StartLibrary)), Within(TimeSpan.Zero));
        Assert.NotNull(await Leak(IgnoreCreatedIn(nameof(Descendants_of_an_expected_site_are_expected))));
        chan.Close();
    });

    [Fact]
    public void What_is_there_before_is_not_the_test_s_own_and_what_comes_after_is() => RuntimeTest.Run(1, async () =>
    {
        var chan = new Chan<int>();
        Go(() => Forgotten(chan), "before");
        var before = IgnoreCurrent();
        Go(() => Forgotten(chan), "after");
        var leak = await Leak(before);
        Assert.Contains("\"after\"", leak!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"before\"", leak.Message, StringComparison.Ordinal);
        chan.Close();
    });

    [Fact]
    public void Many_leaks_of_one_kind_are_told_together() => RuntimeTest.Run(1, async () =>
    {
        var chan = new Chan<int>();
        for (int i = 0; i < 1000; i++)
            Go(() => Forgotten(chan));
        await RuntimeTest.UntilWaiting(Tracing.WaitReason.ChanReceive, 1000);
        var leak = await Leak();
        Assert.Equal(1000, leak!.GoroutineIds.Count);
        Assert.Contains("\n1000 goroutines [chan receive]:\n", leak.Message, StringComparison.Ordinal);
        chan.Close();
    });

    [Fact]
    public void Another_goroutine_than_main_may_ask() => RuntimeTest.Run(1, async () =>
    {
        var done = new Chan<Exception?>();
        Go(async () =>
        {
            var leak = await Leak();
            await done.Send(leak);
        });
        Assert.Null(await done.Receive());
    });

    [Fact]
    public void Who_is_no_goroutine_may_not()
    {
        Assert.Throws<InvalidOperationException>(() => Verify());
        Assert.Throws<InvalidOperationException>(IgnoreCurrent);
        Assert.Throws<ArgumentOutOfRangeException>(() => Within(TimeSpan.FromSeconds(-1)));
    }

    private static async GoTask<GoroutineLeakException?> Leak(params GoroutineLeakOption[] options)
    {
        try
        {
            await Verify([.. options, Within(TimeSpan.Zero)]);
            return null;
        }
        catch (GoroutineLeakException e)
        {
            return e;
        }
    }

    private static void StartLibrary(Chan<int> chan) => Go(() => Library(chan));

    private static void Library(Chan<int> chan) => Go(() => Forgotten(chan));

    private static async GoTask Forgotten(Chan<int> chan) => await chan.Receive();
}
