using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

// Many goroutines in known states, on two schedulers, until the input closes. The argument says how many wait on the channel.
int crowd = int.Parse(args.Length > 0 ? args[0] : "1000", CultureInfo.InvariantCulture);
using var ready = new CountdownEvent(2);
using var over = new ManualResetEventSlim();
var belt = new Chan<int>();
var held = new GoMutex();
var first = Scheduler.RunAsync(
    async () =>
    {
        for (int i = 0; i < crowd; i++)
            Go(async () => await belt.Receive());
        await held.Lock();
        for (int i = 0; i < 20; i++)
        {
            Go(
                async () =>
                {
                    using (await held.Lock())
                    {
                    }
                },
                $"locker-{i}");
        }
        Go(async () => await Select(), "for-ever");
        Go(async () => await Sleep(TimeSpan.FromHours(1)), "sleeper");
        await Sleep(TimeSpan.FromMilliseconds(50));
        ready.Signal();
        await Blocking(over.Wait);
    },
    new SchedulerOptions { Processors = 2, Name = "crowded" });
var second = Scheduler.RunAsync(
    async () =>
    {
        Go(async () => await new Chan<int>().Send(1), "sender");
        ready.Signal();
        await new Chan<int>().Receive();
    },
    new SchedulerOptions { Processors = 1, Name = "stuck", DetectDeadlock = false });
ready.Wait();
Console.WriteLine($"pid {Environment.ProcessId}");
Console.In.ReadToEnd();
over.Set();
first.Wait();
