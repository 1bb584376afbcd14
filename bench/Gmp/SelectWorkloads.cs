using Bench.Harness;
using Gmp;
using static Gmp.Goroutine;

namespace Bench.Goroutines;

/// <summary>The workloads of bench/go/select.go, in both forms: a select that is made before the loop, and one in place, as Go's is.</summary>
internal static class SelectWorkloads
{
    public static IReadOnlyList<Row<GoTask>> Rows { get; } =
    [
        new("select2", "made-once", "ns", 200_000, n => FanIn(n, 2)),
        new("select4", "made-once", "ns", 200_000, n => FanIn(n, 4)),
        new("selectdefault", "made-once", "ns", 2_000_000, NothingReady),
        new("selectblock", "made-once", "ns", 100_000, RoundTrips),
        new("selectsend", "made-once", "ns", 200_000, SendOrReceive),
        new("select2", "in-place", "ns", 200_000, FanIn2InPlace),
        new("select4", "in-place", "ns", 200_000, FanIn4InPlace),
        new("selectdefault", "in-place", "ns", 2_000_000, NothingReadyInPlace),
        new("selectblock", "in-place", "ns", 100_000, RoundTripsInPlace),
        new("selectsend", "in-place", "ns", 200_000, SendOrReceiveInPlace),
    ];

    private static Chan<int> Produce(int n)
    {
        var ch = new Chan<int>();
        Go(async () =>
        {
            for (int i = 0; i < n; i++)
                await ch.Send(1);
        });
        return ch;
    }

    private static void Check(long got, int want)
    {
        if (got != want)
            throw new InvalidOperationException("Select lost a value.");
    }

    /// <summary>Receives n values from so many producers.</summary>
    private static async GoTask FanIn(int n, int producers)
    {
        var select = new Select();
        var from = new SelectReceive<int>[producers];
        for (int i = 0; i < producers; i++)
            from[i] = select.Receive(Produce(n / producers));
        long sum = 0;
        for (int i = 0; i < n; i++)
            sum += from[await select.Next()].Value;
        Check(sum, n);
    }

    private static async GoTask FanIn2InPlace(int n)
    {
        var (a, b) = (Produce(n / 2), Produce(n / 2));
        long sum = 0;
        Action<int> add = v => sum += v;
        for (int i = 0; i < n; i++)
            await Select(Receive(a, add), Receive(b, add));
        Check(sum, n);
    }

    private static async GoTask FanIn4InPlace(int n)
    {
        var (a, b, c, d) = (Produce(n / 4), Produce(n / 4), Produce(n / 4), Produce(n / 4));
        long sum = 0;
        Action<int> add = v => sum += v;
        for (int i = 0; i < n; i++)
            await Select(Receive(a, add), Receive(b, add), Receive(c, add), Receive(d, add));
        Check(sum, n);
    }

    /// <summary>Looks n times at two channels on which nothing happens.</summary>
    private static async GoTask NothingReady(int n)
    {
        var select = new Select();
        var a = select.Receive(new Chan<int>());
        var b = select.Receive(new Chan<int>());
        select.Default();
        long sum = 0;
        for (int i = 0; i < n; i++)
        {
            switch (await select.Next())
            {
                case 0: sum -= a.Value; break;
                case 1: sum -= b.Value; break;
                default: sum++; break;
            }
        }
        Check(sum, n);
    }

    private static async GoTask NothingReadyInPlace(int n)
    {
        var (a, b) = (new Chan<int>(), new Chan<int>());
        long sum = 0;
        for (int i = 0; i < n; i++)
            await Select(Receive(a, v => sum -= v), Receive(b, v => sum -= v), Default(() => sum++));
        Check(sum, n);
    }

    /// <summary>Waits n times on two channels of which one is answered: a round trip each.</summary>
    private static async GoTask RoundTrips(int n)
    {
        var (ask, answer) = Echo();
        var select = new Select();
        var from = select.Receive(answer);
        select.Receive(new Chan<int>());
        long sum = 0;
        for (int i = 0; i < n; i++)
        {
            await ask.Send(1);
            if (await select.Next() == 0)
                sum += from.Value;
        }
        ask.Close();
        Check(sum, n);
    }

    private static async GoTask RoundTripsInPlace(int n)
    {
        var (ask, answer) = Echo();
        var never = new Chan<int>();
        long sum = 0;
        for (int i = 0; i < n; i++)
        {
            await ask.Send(1);
            await Select(Receive(answer, v => sum += v), Receive(never, v => sum -= v));
        }
        ask.Close();
        Check(sum, n);
    }

    private static (Chan<int> Ask, Chan<int> Answer) Echo()
    {
        var (ask, answer) = (new Chan<int>(), new Chan<int>());
        Go(async () =>
        {
            await foreach (int v in ask)
                await answer.Send(v);
        });
        return (ask, answer);
    }

    /// <summary>Stands between a producer and a consumer: n sends and receives, whichever can happen.</summary>
    private static async GoTask SendOrReceive(int n)
    {
        var (@out, total) = Consume(n / 2);
        var select = new Select();
        var from = select.Receive(Produce(n / 2));
        select.Send(@out, 1);
        long received = 0;
        for (int i = 0; i < n; i++)
        {
            if (await select.Next() == 0)
                received += from.Value;
        }
        Check(received + await total.Receive(), n);
    }

    private static async GoTask SendOrReceiveInPlace(int n)
    {
        var (@out, total) = Consume(n / 2);
        var from = Produce(n / 2);
        long received = 0;
        for (int i = 0; i < n; i++)
            await Select(Receive(from, v => received += v), Send(@out, 1));
        Check(received + await total.Receive(), n);
    }

    private static (Chan<int> Out, Chan<long> Total) Consume(int n)
    {
        var (@out, total) = (new Chan<int>(), new Chan<long>());
        Go(async () =>
        {
            long sum = 0;
            for (int i = 0; i < n; i++)
                sum += await @out.Receive();
            await total.Send(sum);
        });
        return (@out, total);
    }
}
