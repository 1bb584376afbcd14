using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

namespace Samples.Deadlock;

/// <summary>
/// One disease: three goroutines take two locks of three each, in a circle, and after a while wait for each other for ever. The rest of the program goes on, so
/// nobody says "all goroutines are asleep"; the goroutines "customer-N", which need one of the locks, pile up behind them. The sample says who waits for whom
/// and prints it ("truth ...").
/// </summary>
internal static class Program
{
    private static readonly string[] s_names = ["alice", "bob", "carol"];
    private static readonly GoMutex[] s_locks = [new(), new(), new()];
    private static readonly string?[] s_holders = new string?[3];

    private static int s_waiting;
    private static int s_transfers;
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
                for (int i = 0; i < 3; i++)
                {
                    int first = i;
                    Go(() => Transfer(first, (first + 1) % 3, Here.Line()), s_names[i]);
                }
                for (int customer = 1; !options.Over; customer++)
                {
                    await Sleep(TimeSpan.FromMilliseconds(100));
                    if (s_waiting == 3)
                        Go(Customer, $"customer-{customer}");
                }
            },
            new SchedulerOptions { Processors = options.Processors });
        string circle = string.Join(", ", Enumerable.Range(0, 3).Select(i => $"{s_names[i]} waits for {s_holders[(i + 1) % 3]}"));
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"truth: {(s_waiting == 3 ? circle : "no deadlock yet")}\n" +
            $"truth end at=Program.cs:{s_line} waiting={s_waiting} transfers={s_transfers}\n"));
        return 0;
    }

    private static async GoTask Transfer(int from, int to, int createdAt)
    {
        s_line = createdAt;
        while (true)
        {
            using (await s_locks[from].Lock())
            {
                s_holders[from] = s_names[from];
                await Sleep(TimeSpan.FromMilliseconds(3));
                Interlocked.Increment(ref s_waiting);
                // The mistake: each has its own lock and wants the next one's. An order that all keep would be the cure.
                using (await s_locks[to].Lock())
                {
                    Interlocked.Decrement(ref s_waiting);
                    s_transfers++;
                }
            }
            await Sleep(TimeSpan.FromMilliseconds(1));
        }
    }

    private static async GoTask Customer()
    {
        using (await s_locks[0].Lock())
            s_transfers++;
    }
}
