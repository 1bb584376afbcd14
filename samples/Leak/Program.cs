using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

namespace Samples.Leak;

/// <summary>
/// One disease: each request asks a goroutine "backend" and waits for the answer for 2 ms at most. The answer goes over a channel without room, so a backend that
/// answers too late sends to nobody, for ever. Every fourth is too late. The sample counts those that are left and prints it ("truth ...").
/// </summary>
internal static class Program
{
    private const int LateEvery = 4;

    private static int s_requests;
    private static int s_answered;
    private static int s_left;
    private static int s_line;

    private static int Main(string[] args)
    {
        using var options = SampleOptions.Parse(args, 2);
        if (options is null)
            return 2;
        Console.WriteLine($"pid {Environment.ProcessId}");
        Scheduler.Run(
            async () =>
            {
                while (!options.Over)
                    await Request();
            },
            new SchedulerOptions { Processors = options.Processors });
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"truth: {s_left} goroutines of Program.cs:{s_line} wait to send to a channel that nobody reads any more\n" +
            $"truth end at=Program.cs:{s_line} requests={s_requests} answered={s_answered} leaked={s_left}\n"));
        return 0;
    }

    private static async GoTask Request()
    {
        // A capacity of 1 would be the cure: then a late answer finds room, and its goroutine ends.
        var answer = new Chan<int>();
        bool late = s_requests++ % LateEvery == LateEvery - 1;
        Go(() => Backend(answer, late, Here.Line()), "backend");
        bool timedOut = false;
        await Select(Receive(answer, _ => s_answered++), After(TimeSpan.FromMilliseconds(2), () => timedOut = true));
        if (timedOut)
            s_left++;
    }

    private static async GoTask Backend(Chan<int> answer, bool late, int createdAt)
    {
        s_line = createdAt;
        if (late)
            await Sleep(TimeSpan.FromMilliseconds(6));
        await answer.Send(42);
    }
}
