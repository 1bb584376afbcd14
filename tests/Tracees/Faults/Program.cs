using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

// Ends as its argument says: each ending is one that a test looks at from outside.
Scheduler.Run(
    async () =>
    {
        switch (args[0])
        {
            case "deadlock":
                var never = new Chan<int>();
                Go(async () => await never.Receive(), "receiver");
                var all = new WaitGroup();
                all.Add(1);
                await all.Wait();
                break;
            case "deadlock-locked":
                Go(async () =>
                {
                    LockOSThread();
                    await new Chan<int>().Receive();
                }, "locked");
                // One that ends locked, so that a thread has ended too.
                Go(LockOSThread);
                LockOSThread();
                await Sleep(TimeSpan.FromMilliseconds(20));
                await new Chan<int>().Receive();
                break;
            case "stopped":
                // Timers that were stopped wake nobody, those in the heap neither.
                var stopped = new GoTimer(TimeSpan.FromMinutes(1));
                GoTimer.AfterFunc(TimeSpan.FromMinutes(1), () => { }).Stop();
                Go(async () =>
                {
                    await Yield();
                    stopped.Stop();
                });
                await stopped.C.Receive();
                break;
            case "pending":
                // Nobody runs and nothing is queued, but a timer and a Task will wake them: no deadlock.
                await Sleep(TimeSpan.FromMilliseconds(150));
                await Task.Delay(150);
                await Blocking(() => Thread.Sleep(150));
                await Pending.Run();
                Console.WriteLine("all woke");
                break;
            case "idle":
                // Every kind of wait, and threads that a moment of work left behind.
                for (int i = 0; i < 1_000; i++)
                    Go(async () => await new Chan<int>().Receive());
                for (int i = 0; i < 10; i++)
                {
                    Go(async () => await Sleep(TimeSpan.FromHours(1)));
                    Go(async () => await Blocking(() => Thread.Sleep(10)));
                    Go(async () => await Task.Delay(TimeSpan.FromHours(1)));
                }
                // The JIT's own work is over.
                await Sleep(TimeSpan.FromSeconds(1));
                var seconds = TimeSpan.FromSeconds(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2);
                var before = Environment.CpuUsage.TotalTime;
                await Sleep(seconds);
                Console.WriteLine((Environment.CpuUsage.TotalTime - before).TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
                break;
            case "panic":
                Go(Bomb.Start, "starter");
                await Sleep(TimeSpan.FromMinutes(1));
                break;
            case "panic-in-handler":
                Go(() => throw new InvalidDataException("boom"), "bomb");
                await Sleep(TimeSpan.FromMinutes(1));
                break;
            case "panic-twice":
                // Many at once: the words of one of them alone.
                for (int i = 0; i < 20; i++)
                    Go(() => throw new InvalidDataException("boom"));
                await Sleep(TimeSpan.FromMinutes(1));
                break;
            case "deadlock-many":
                var belt = new Chan<int>();
                for (int i = 0; i < 1000; i++)
                    Go(() => Waiting.Forever(belt), $"worker {i}");
                Go(async () => await belt.Receive());
                Go(LockOSThread);
                await belt.Receive();
                break;
            case "quit":
                Go(() => Waiting.Forever(new Chan<int>()), "waiter");
                Go(() =>
                {
                    Console.WriteLine("ready");
                    while (true)
                        Thread.SpinWait(100);
                }, "hog");
                await Task.Delay(TimeSpan.FromMinutes(1));
                break;
            case "threads":
                for (int i = 0; i < 20; i++)
                    Go(async () => await Blocking(() => Thread.Sleep(TimeSpan.FromMinutes(1))));
                await Sleep(TimeSpan.FromMinutes(1));
                break;
            default:
                throw new ArgumentException($"No ending is called {args[0]}.");
        }
    },
    new SchedulerOptions
    {
        Processors = 2,
        MaxThreads = args[0] == "threads" ? 8 : 10_000,
        DumpOnQuit = args[0] == "quit",
        UnhandledException = args[0] == "panic-in-handler" ? e => throw new NotSupportedException("no log", e) : null,
    });
