using System.Globalization;
using System.Text.RegularExpressions;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>Dumps of goroutines that are in states which a test can hold still.</summary>
public class DumpTests
{
    [Fact]
    public void A_dump_tells_who_waits_for_what_and_where_and_who_created_them() => RuntimeTest.Run(1, async () =>
    {
        var chan = new Chan<int>();
        Go(async () =>
        {
            Go(() => Wait(chan), "child\n[31m");
            await chan.Receive();
        }, "parent");
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 2);
        string dump = Scheduler.Current!.Dump();
        string file = "./tests/Runtime.Tests/Dumps/DumpTests.cs";
        Assert.Matches(@"^scheduler \d+: 1 Ps, \d+ Ms, 3 goroutines: 1 running, 2 waiting\n", dump);
        Assert.Matches(
            $"""
            \n\ngoroutine \d+ "child\\u000a\[31m" \[chan receive\]:
                Gmp\.Tests\.DumpTests\.Wait at {file}:\d+
                created by goroutine \d+ "parent" at {file}:\d+ in {nameof(A_dump_tells_who_waits_for_what_and_where_and_who_created_them)}
                which was created by goroutine 1 "main" at {file}:\d+ in {nameof(A_dump_tells_who_waits_for_what_and_where_and_who_created_them)}\n
            """, dump + "\n");
        // The caller stands first, with its own stack.
        Assert.Matches($"""^scheduler .*\n\ngoroutine 1 "main" \[running on P0, M\d+\]:\n {"{4}"}.*DumpTests\..*\.lambda at {file}:\d+\n""", dump);
        chan.Close();
    }, RuntimeTest.OnePUndisturbed);   // a dump may take a slice, and its caller would lose its P

    [Fact]
    public async Task All_schedulers_of_the_process_are_dumped_from_any_thread()
    {
        var chan = new Chan<int>();
        var options = new SchedulerOptions { Processors = 1, DetectDeadlock = false, Name = "other\tone" };
        var other = Scheduler.RunAsync(async () => await chan.Receive(), options);
        string dump;
        do
            dump = Scheduler.DumpGoroutines();
        while (!dump.Contains("goroutine 1 \"main\" [chan receive]", StringComparison.Ordinal));
        Assert.Contains("\"other\\u0009one\": 1 Ps", dump, StringComparison.Ordinal);
        chan.Close();
        await other;
        using var text = new StringWriter();
        Scheduler.DumpGoroutines(text);
        Assert.DoesNotContain("other", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_goroutines_are_grouped_by_state_stack_and_site() => RuntimeTest.Run(1, async () =>
    {
        var chan = new Chan<int>();
        for (int i = 0; i < 150; i++)
            Go(() => Wait(chan), $"worker {i}");
        for (int i = 0; i < 2; i++)
            Go(async () => await chan.Receive(), "same");
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 152);
        string dump = Scheduler.Current!.Dump();
        Assert.Contains("\n150 goroutines [chan receive]:\n", dump, StringComparison.Ordinal);
        Assert.Matches(@"named ""worker \d+"", ""worker \d+"", ""worker \d+"" and so on\n", dump);
        Assert.Matches(@"\n2 goroutines \[chan receive\]:\n(    .*\n)+    goroutines \d+, \d+, named ""same""\n", dump);
        // The largest group first among those that wait, and one alone as ever.
        Assert.InRange(dump.IndexOf("150 goroutines", StringComparison.Ordinal), dump.IndexOf("goroutine 1 \"main\" [running", StringComparison.Ordinal), dump.IndexOf("2 goroutines [", StringComparison.Ordinal));
        Assert.DoesNotContain("150 goroutines", Scheduler.Current.Dump(GoroutineDumpForm.Each), StringComparison.Ordinal);
        Assert.Equal(153, Regex.Count(Scheduler.Current.Dump(GoroutineDumpForm.Each), "^goroutine ", RegexOptions.Multiline));
        chan.Close();
    });

    [Fact]
    public void A_long_wait_is_told_in_minutes() => RuntimeTest.Run(1, async () =>
    {
        var chan = new Chan<int>();
        for (int i = 0; i < 101; i++)
            Go(async () => await chan.Receive(), i == 0 ? "old" : "young");
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 101);
        var old = Census.Take(Scheduler.Current!).Single(v => v.Name == "old").Goroutine;
        Assert.InRange(Scheduler.Since(old.WaitTime, Clock.Now), TimeSpan.Zero, TimeSpan.FromSeconds(50));
        // As if it had parked when the clock showed that.
        old.WaitTime -= Clock.ToNanoseconds(Clock.FromTimeSpan(TimeSpan.FromSeconds(150))) >> 27;
        Assert.Matches(@"""old"" \[chan receive, [23] minutes\]:", Scheduler.Current!.Dump(GoroutineDumpForm.Each));
        Assert.Matches(@"\n101 goroutines \[chan receive, 0 to [23] minutes\]:", Scheduler.Current.Dump());
        chan.Close();
    });

    [Fact]
    public void Who_parks_after_a_long_sleep_of_all_threads_has_not_waited_through_it() => RuntimeTest.Run(2, async () =>
    {
        var scheduler = Scheduler.Current!;
        await Sleep(TimeSpan.FromMilliseconds(600));
        var chan = new Chan<int>();
        Go(async () => await chan.Receive());
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 1);
        var waiter = Census.Take(scheduler).Single(v => v.Reason == WaitReason.ChanReceive);
        // By the time that is kept, not by the clock: a busy machine may stop us here for as long as it likes.
        Assert.InRange(scheduler.ReadTime() - waiter.WaitTime, 0, 3);
        chan.Close();
    });

    [Fact]
    public void States_that_are_no_waits_are_told_with_thread_and_P() => RuntimeTest.Run(2, async () =>
    {
        int inCall = 0;
        using var go = new ManualResetEventSlim();
        var done = new WaitGroup();
        done.Add(2);
        Go(async () =>
        {
            await Blocking(() =>
            {
                Volatile.Write(ref inCall, 1);
                go.Wait();
            });
            done.Done();
        }, "in a call");
        Go(async () =>
        {
            LockOSThread();
            await Blocking(go.Wait);
            UnlockOSThread();
            done.Done();
        }, "locked");
        string dump;
        do
        {
            await Yield();
            dump = Scheduler.Current!.Dump();
        }
        while (Volatile.Read(ref inCall) == 0 || !dump.Contains("locked to thread", StringComparison.Ordinal));
        Assert.Matches(@"""in a call"" \[syscall without a P, M\d+\]:\n    it runs on its thread", dump);
        Assert.Matches(@"""locked"" \[(running|syscall).*, locked to thread\]:", dump);
        go.Set();
        await done.Wait();
    });

    [Fact]
    public void Dumps_while_goroutines_come_and_go_never_mix_them_up() => RuntimeTest.Run(2, async () =>
    {
        var scheduler = Scheduler.Current!;
        bool stop = false;
        int wrong = 0, dumps = 0, stacks = 0;
        var first = new Chan<int>();
        var second = new Chan<int>();
        var ended = new WaitGroup();
        ended.Add(2);
        // Names, sites and stacks that belong together, in goroutine objects and frames that are used again all the time.
        Go(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                Go(() => First(first), "First");
                Go(() => First(first), "First");
                await first.Receive();
                await first.Receive();
            }
            ended.Done();
        });
        Go(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                Go(() => Second(second), "Second");
                await second.Receive();
            }
            ended.Done();
        });
        var dumper = new Thread(() =>
        {
            while (stacks < 200 && dumps < 100_000)
            {
                foreach (var view in Census.Take(scheduler).Where(v => v.Name is "First" or "Second"))
                {
                    stacks += view.Stack.Length > 1 ? 1 : 0;
                    string other = view.Name == "First" ? "Second" : "First";
                    if (view.Stack.Any(p => p.Method.Contains(other, StringComparison.Ordinal)))
                        wrong++;
                }
                dumps++;
            }
            Volatile.Write(ref stop, true);
        });
        dumper.Start();
        await ended.Wait();
        dumper.Join();
        Assert.Equal(0, wrong);
        Assert.InRange(stacks, 200, int.MaxValue);

        static async GoTask First(Chan<int> chan) => await FirstInner(chan);

        static async GoTask FirstInner(Chan<int> chan)
        {
            await Yield();
            await chan.Send(1);
        }

        static async GoTask Second(Chan<int> chan) => await SecondInner(chan);

        static async GoTask SecondInner(Chan<int> chan)
        {
            await Yield();
            await chan.Send(1);
        }
    });

    private static async GoTask Wait(Chan<int> chan) => await chan.Receive();
}
