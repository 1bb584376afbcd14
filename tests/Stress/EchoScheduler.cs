using static Gmp.Goroutine;

namespace Gmp.Stress;

/// <summary>A scheduler that answers the goroutines of others, over channels.</summary>
internal sealed class EchoScheduler
{
    private const int Servers = 4;

    private readonly Chan<(long Value, Chan<long> Reply)> _requests = new(8);
    private readonly Task _run;

    internal EchoScheduler() => _run = Scheduler.RunAsync(
        async () =>
        {
            var ended = new WaitGroup();
            ended.Add(Servers);
            for (int i = 0; i < Servers; i++)
            {
                Go(async () =>
                {
                    await foreach (var (value, reply) in _requests)
                        await reply.Send(-value);
                    ended.Done();
                }, "echo");
            }
            await ended.Wait();
        },
        new SchedulerOptions { Name = "echo", Processors = 2, DetectDeadlock = false });

    /// <summary>Asks from a goroutine of another scheduler.</summary>
    internal async GoTask<long> Ask(long value, Chan<long> reply)
    {
        await _requests.Send((value, reply));
        return await reply.Receive();
    }

    internal void End()
    {
        _requests.Close();
        if (!_run.Wait(TimeSpan.FromSeconds(30)))
            throw new TimeoutException("The echo scheduler did not end.");
    }

}
