using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>Channels between the goroutines of several schedulers.</summary>
public class TalkingSchedulersTests
{
    private const int Values = 2_000;

    public static TheoryData<int, SchedulerModel> Kinds => new() { { 0, SchedulerModel.GMP }, { 3, SchedulerModel.GMP }, { 0, SchedulerModel.GM } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_ring_of_schedulers_passes_every_value_on_in_order(int capacity, SchedulerModel second)
    {
        // 0 -> 1 -> 2 -> 0: each hop readies a goroutine of another scheduler.
        Chan<int>[] links = [new(capacity), new(capacity), new(capacity)];
        var runs = new List<Task>();
        int received = 0;
        runs.Add(Start(0, async () =>
        {
            Go(async () =>
            {
                for (int i = 0; i < Values; i++)
                    await links[0].Send(i);
                links[0].Close();
            });
            await foreach (int value in links[2])
                Assert.Equal(received++, value);
        }));
        for (int i = 0; i < 2; i++)
        {
            var (from, to) = (links[i], links[i + 1]);
            runs.Add(Start(i + 1, async () =>
            {
                await foreach (int value in from)
                    await to.Send(value);
                to.Close();
            }));
        }
        await Task.WhenAll(runs).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(Values, received);

        Task Start(int number, Func<GoTask> main) => Scheduler.RunAsync(
            main, new SchedulerOptions { Processors = number + 1, Model = number == 1 ? second : SchedulerModel.GMP, DetectDeadlock = false });
    }

    [Fact]
    public async Task A_select_chooses_between_schedulers_and_each_value_comes_once()
    {
        const int Senders = 3;
        var channels = Enumerable.Range(0, Senders).Select(_ => new Chan<int>()).ToArray();
        int[] counts = new int[Senders];
        var runs = channels.Select(ch => Scheduler.RunAsync(
            async () =>
            {
                for (int i = 1; i <= Values; i++)
                    await ch.Send(i);
            },
            new SchedulerOptions { Processors = 1, DetectDeadlock = false })).ToList();
        runs.Add(Scheduler.RunAsync(
            async () =>
            {
                for (int i = 0; i < Senders * Values; i++)
                {
                    await Select(
                        Receive(channels[0], v => Assert.Equal(++counts[0], v)),
                        Receive(channels[1], v => Assert.Equal(++counts[1], v)),
                        Receive(channels[2], v => Assert.Equal(++counts[2], v)));
                }
            },
            new SchedulerOptions { Processors = 2, DetectDeadlock = false }));
        await Task.WhenAll(runs).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.All(counts, count => Assert.Equal(Values, count));
    }
}
