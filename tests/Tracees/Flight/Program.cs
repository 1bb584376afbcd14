using System.Diagnostics;
using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

// A server whose goroutine "checksum" holds the only P for 300 ms at a time, with a flight recorder and no tool: what it leaves when it ends as the
// arguments say is what a test looks at. flight ENDING FILE [MB [YIELDS]]: a second goroutine yields so often every 5 ms.
string ending = args[0], file = args[1];
long bytes = args.Length > 2 ? long.Parse(args[2], CultureInfo.InvariantCulture) << 20 : FlightRecorder.DefaultBytes;
int yields = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 20;
using var recorder = FlightRecorder.Start(bytes);
if (ending != "write")
    recorder.WriteOnPanic(file);
Scheduler.Run(
    async () =>
    {
        if (ending == "deadlock")
            await new Chan<int>().Receive();
        for (int i = 0; i < 4; i++)
            Go(Ticker, $"ticker-{i}");
        Go(Checksum, "checksum");
        Go(() => Chatter(yields), "chatter");
        await Sleep(TimeSpan.FromSeconds(1.5));
        switch (ending)
        {
            case "write":
                recorder.WriteTo(file);
                break;
            case "panic":
                Go(() => throw new InvalidOperationException("boom"), "bomb");
                await Sleep(TimeSpan.FromMinutes(1));
                break;
            case "thread":
                new Thread(() => throw new InvalidOperationException("boom")).Start();
                await Sleep(TimeSpan.FromMinutes(1));
                break;
            default:
                throw new ArgumentException($"No ending is called {ending}.");
        }
    },
    new SchedulerOptions { Processors = 1, Name = "flight" });
Console.WriteLine("done");

static async GoTask Ticker()
{
    while (true)
        await Sleep(TimeSpan.FromMilliseconds(1));
}

static async GoTask Checksum()
{
    while (true)
    {
        await Sleep(TimeSpan.FromMilliseconds(40));
        long end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 300 / 1000);
        while (Stopwatch.GetTimestamp() < end)
        {
        }
    }
}

static async GoTask Chatter(int yields)
{
    while (true)
    {
        for (int i = 0; i < yields; i++)
            await Yield();
        await Sleep(TimeSpan.FromMilliseconds(5));
    }
}
