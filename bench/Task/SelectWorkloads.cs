using System.Threading.Channels;
using Bench.Harness;

namespace Bench.Tasks;

/// <summary>
/// The workloads of bench/go/select.go. Channels have no select, so this is what stands for one: try each, else wait for whichever says first
/// that it is worth another try. A wait that was not answered is kept for the next time, or each would leave a task behind. It chooses the first
/// that is ready, not a random one.
/// </summary>
internal static class SelectWorkloads
{
    public static IReadOnlyList<Row<Task>> Rows { get; } = [.. InForm("made-once"), .. InForm("in-place")];

    private static Row<Task>[] InForm(string form) =>
    [
        new("select2", form, "ns", 200_000, n => FanIn(n, 2)),
        new("select4", form, "ns", 200_000, n => FanIn(n, 4)),
        new("selectdefault", form, "ns", 2_000_000, NothingReady),
        new("selectblock", form, "ns", 100_000, RoundTrips),
        new("selectsend", form, "ns", 200_000, SendOrReceive),
    ];

    private static Channel<int> Make() => Channel.CreateBounded<int>(1);

    private static ChannelReader<int> Produce(int n)
    {
        var channel = Make();
        _ = Task.Run(async () =>
        {
            for (int i = 0; i < n; i++)
                await channel.Writer.WriteAsync(1);
        });
        return channel.Reader;
    }

    private static void Check(long got, int want)
    {
        if (got != want)
            throw new InvalidOperationException("Select lost a value.");
    }

    private static async Task FanIn(int n, int producers)
    {
        var readers = new ChannelReader<int>[producers];
        for (int i = 0; i < producers; i++)
            readers[i] = Produce(n / producers);
        long sum = 0;
        var waits = new Task<bool>?[producers];
        for (int i = 0; i < n; i++)
            sum += await ReceiveAny(readers, waits);
        Check(sum, n);
    }

    private static async ValueTask<int> ReceiveAny(ChannelReader<int>[] readers, Task<bool>?[] waits)
    {
        while (true)
        {
            foreach (var reader in readers)
            {
                if (reader.TryRead(out int v))
                    return v;
            }
            for (int i = 0; i < readers.Length; i++)
            {
                if (waits[i] is null or { IsCompleted: true })
                    waits[i] = readers[i].WaitToReadAsync().AsTask();
            }
            await Task.WhenAny(waits!);
        }
    }

    private static Task NothingReady(int n)
    {
        var (a, b) = (Make().Reader, Make().Reader);
        long sum = 0;
        for (int i = 0; i < n; i++)
        {
            if (a.TryRead(out int v) || b.TryRead(out v))
                sum -= v;
            else
                sum++;
        }
        Check(sum, n);
        return Task.CompletedTask;
    }

    private static async Task RoundTrips(int n)
    {
        var (ask, answer) = (Make(), Make());
        _ = Task.Run(async () =>
        {
            await foreach (int v in ask.Reader.ReadAllAsync())
                await answer.Writer.WriteAsync(v);
        });
        ChannelReader<int>[] readers = [answer.Reader, Make().Reader];
        var waits = new Task<bool>?[2];
        long sum = 0;
        for (int i = 0; i < n; i++)
        {
            await ask.Writer.WriteAsync(1);
            sum += await ReceiveAny(readers, waits);
        }
        ask.Writer.Complete();
        Check(sum, n);
    }

    private static async Task SendOrReceive(int n)
    {
        var from = Produce(n / 2);
        var to = Make();
        var consumer = Task.Run(async () =>
        {
            long sum = 0;
            for (int i = 0; i < n / 2; i++)
                sum += await to.Reader.ReadAsync();
            return sum;
        });
        long received = 0;
        int sent = 0;
        Task<bool>? toRead = null, toWrite = null;
        for (int i = 0; i < n; i++)
        {
            while (true)
            {
                if (from.TryRead(out int v))
                {
                    received += v;
                    break;
                }
                // The buffer would take one more than the consumer reads.
                if (sent < n / 2 && to.Writer.TryWrite(1))
                {
                    sent++;
                    break;
                }
                if (toRead is null or { IsCompleted: true })
                    toRead = from.WaitToReadAsync().AsTask();
                if (sent == n / 2)
                {
                    await toRead;
                    continue;
                }
                if (toWrite is null or { IsCompleted: true })
                    toWrite = to.Writer.WaitToWriteAsync().AsTask();
                await Task.WhenAny(toRead, toWrite);
            }
        }
        Check(received + await consumer, n);
    }
}
