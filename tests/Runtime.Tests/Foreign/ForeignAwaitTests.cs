using System.IO.Pipelines;
using System.Threading.Channels;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>Waits for what is not the scheduler's: however they end, and wherever.</summary>
public class ForeignAwaitTests
{
    private static readonly AsyncLocal<int> s_local = new();

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_completion_that_races_the_park_is_never_lost(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var ended = new WaitGroup();
        for (int i = 0; i < 8; i++)
        {
            int pause = i;
            ended.Add(1);
            Go(async () =>
            {
                for (int k = 0; k < 500; k++)
                {
                    var source = new TaskCompletionSource<int>(k % 2 == 0 ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
                    ThreadPool.UnsafeQueueUserWorkItem(
                        static s =>
                        {
                            Thread.SpinWait(s.Item2 * 20);
                            s.source.SetResult(s.k);
                        },
                        (source, pause, k), preferLocal: false);
                    Thread.SpinWait(pause * 10);
                    Assert.Equal(k, await source.Task);
                    Assert.NotNull(Current);
                }
                ended.Done();
            });
        }
        await ended.Wait();
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Several_goroutines_wait_for_one_task_and_each_sees_its_own_locals(int processors) => RuntimeTest.Run(processors, async () =>
    {
        for (int round = 0; round < 20; round++)
        {
            var source = new TaskCompletionSource<int>();
            var ended = new WaitGroup();
            for (int i = 0; i < 10; i++)
            {
                int mine = i;
                ended.Add(1);
                Go(async () =>
                {
                    s_local.Value = mine;
                    long id = Current!.Value.Id;
                    Assert.Equal(round, await source.Task);
                    Assert.Equal((mine, id), (s_local.Value, Current!.Value.Id));
                    ended.Done();
                });
            }
            await Yield();
            // By a goroutine, on its own M: nobody else's code may run inside.
            long completing = Current!.Value.Id;
            s_local.Value = -1;
            source.SetResult(round);
            Assert.Equal((-1, completing), (s_local.Value, Current!.Value.Id));
            await ended.Wait();
        }
    });

    [Fact]
    public void Faults_and_cancellations_come_out_of_the_await() => RuntimeTest.Run(1, async () =>
    {
        Assert.IsType<InvalidDataException>(await Thrown(async () => await Task.Run(() => throw new InvalidDataException())));
        Assert.IsType<InvalidDataException>(await Thrown(async () => await Task.FromException(new InvalidDataException())));
        using var canceled = new CancellationTokenSource();
        var delay = Task.Delay(TimeSpan.FromHours(1), canceled.Token);
        Go(canceled.Cancel);
        Assert.IsType<TaskCanceledException>(await Thrown(async () => await delay));
        Assert.IsType<InvalidDataException>(await Thrown(async () => await Task.WhenAll(Task.Delay(1), Task.Run(() => throw new InvalidDataException()))));
        Assert.NotNull(Current);

        static async GoTask<Exception?> Thrown(Func<GoTask> body)
        {
            try
            {
                await body();
                return null;
            }
            catch (Exception e)
            {
                return e;
            }
        }
    });

    [Fact]
    public void WhenAll_and_WhenAny_bring_the_goroutine_back() => RuntimeTest.Run(2, async () =>
    {
        long id = Current!.Value.Id;
        int[] all = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => i)));
        Assert.Equal(Enumerable.Range(0, 20), all);
        var slow = new TaskCompletionSource<int>();
        var fast = Task.Run(() => 1);
        Assert.Same(fast, await Task.WhenAny(slow.Task, fast));
        Assert.Equal(id, Current!.Value.Id);
    });

    [Fact]
    public void An_async_Task_method_stays_on_the_scheduler_and_one_that_left_it_comes_back_at_the_next_await_of_the_goroutine() =>
        RuntimeTest.Run(2, async () =>
        {
            var scheduler = M.Current!.Scheduler;
            long id = Current!.Value.Id;
            await Stays(scheduler);
            Assert.Equal(id, Current!.Value.Id);
            Assert.True(await Leaves());
            Assert.Equal(id, Current!.Value.Id);
            await Task.Delay(1).ConfigureAwait(false);
            Assert.Equal((id, scheduler), (Current!.Value.Id, M.Current!.Scheduler));

            static async Task Stays(Scheduler scheduler)
            {
                await Task.Delay(1);
                Assert.Same(scheduler, M.Current?.Scheduler);
                await Task.Yield();
                Assert.Same(scheduler, M.Current?.Scheduler);
                await Task.Run(() => { });
                Assert.Same(scheduler, M.Current?.Scheduler);
            }

            static async Task<bool> Leaves()
            {
                var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                ThreadPool.UnsafeQueueUserWorkItem(static s => s.SetResult(), source, preferLocal: false);
                await Task.Delay(5).ConfigureAwait(false);
                await source.Task.ConfigureAwait(false);
                return M.Current is null;
            }
        });

    [Fact]
    public void Streams_of_a_channel_and_of_a_pipe_are_read_to_their_end() => RuntimeTest.Run(1, async () =>
    {
        long id = Current!.Value.Id;
        var channel = Channel.CreateBounded<int>(3);
        var writing = Task.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
                await channel.Writer.WriteAsync(i);
            channel.Writer.Complete();
        });
        int sum = 0;
        await foreach (int i in channel.Reader.ReadAllAsync())
        {
            sum += i;
            Assert.Equal(id, Current!.Value.Id);
        }
        await writing;
        Assert.Equal(99 * 100 / 2, sum);

        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 64, resumeWriterThreshold: 32));
        Go(async () =>
        {
            for (int i = 0; i < 100; i++)
                await pipe.Writer.WriteAsync(new byte[10]);
            await pipe.Writer.CompleteAsync();
        });
        long bytes = 0;
        while (true)
        {
            var result = await pipe.Reader.ReadAsync();
            bytes += result.Buffer.Length;
            pipe.Reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                break;
        }
        Assert.Equal(1000, bytes);
        Assert.Equal(id, Current!.Value.Id);
    });

    [Fact]
    public void A_value_task_that_is_done_does_not_park() => RuntimeTest.Run(1, async () =>
    {
        bool ran = false;
        Go(() => ran = true);
        Assert.Equal(3, await new ValueTask<int>(3));
        await Task.CompletedTask;
        Assert.False(ran);
        await Yield();
        Assert.True(ran);
    }, RuntimeTest.OnePUndisturbed);
}
