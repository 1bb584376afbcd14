namespace Gmp.Tests.Linearizability;

/// <summary>A channel as the histories see it, and so what a broken one overrides.</summary>
public class ChanUnderTest(int capacity)
{
    protected Chan<int> Chan { get; } = new(capacity);

    public virtual async GoTask Send(int value) => await Chan.Send(value);

    public virtual async GoTask<(int Value, bool Ok)> Receive() => await Chan.ReceiveOk();

    public virtual bool TrySend(int value) => Chan.TrySend(value);

    public virtual bool TryReceive(out int value, out bool ok) => Chan.TryReceive(out value, out ok);

    public void Close() => Chan.Close();
}

/// <summary>Sends, receives, tries and closes at the same time; at the end the channel is closed and emptied, so that no value can hide.</summary>
public static class ChanHistories
{
    private const int Each = 6;

    public static string? Run(int histories, int capacity, Func<ChanUnderTest> make) =>
        Campaign.OfGoroutines(histories, make, Work, End, new ChanModel(capacity));

    private static async GoTask Work(Worker<ChanUnderTest> worker)
    {
        for (int i = 0; i < Each; i++)
        {
            await worker.Pause();
            int value = (worker.Number * Each) + i + 1;
            switch (worker.Random.Next(17))
            {
                case < 5:
                    await Send(worker, value);
                    break;
                case < 10:
                    await Receive(worker);
                    break;
                case < 13:
                    TrySend(worker, value);
                    break;
                case < 16:
                    TryReceive(worker);
                    break;
                default:
                    Close(worker);
                    break;
            }
        }
    }

    private static async GoTask End(Worker<ChanUnderTest> worker)
    {
        Close(worker);
        while (await Receive(worker))
        {
        }
    }

    private static async GoTask Send(Worker<ChanUnderTest> worker, int value)
    {
        var operation = worker.Begin(ChanModel.Send, value);
        try
        {
            await worker.Thing.Send(value);
            worker.End(operation);
        }
        catch (ChanClosedException)
        {
            worker.End(operation, Ending.Closed);
        }
    }

    private static async GoTask<bool> Receive(Worker<ChanUnderTest> worker)
    {
        var operation = worker.Begin(ChanModel.Receive);
        var (value, ok) = await worker.Thing.Receive();
        worker.End(operation, ok ? Ending.Done : Ending.Closed, ok ? value : -1);
        return ok;
    }

    private static void TrySend(Worker<ChanUnderTest> worker, int value)
    {
        var operation = worker.Begin(ChanModel.TrySend, value);
        try
        {
            worker.End(operation, worker.Thing.TrySend(value) ? Ending.Done : Ending.Refused);
        }
        catch (ChanClosedException)
        {
            worker.End(operation, Ending.Closed);
        }
    }

    private static void TryReceive(Worker<ChanUnderTest> worker)
    {
        var operation = worker.Begin(ChanModel.TryReceive);
        bool done = worker.Thing.TryReceive(out int value, out bool ok);
        worker.End(operation, !done ? Ending.Refused : ok ? Ending.Done : Ending.Closed, ok ? value : -1);
    }

    private static void Close(Worker<ChanUnderTest> worker)
    {
        var operation = worker.Begin(ChanModel.Close);
        try
        {
            worker.Thing.Close();
            worker.End(operation);
        }
        catch (ChanClosedException)
        {
            worker.End(operation, Ending.Closed);
        }
    }
}
