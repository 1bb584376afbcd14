using static Gmp.Goroutine;

namespace Gmp.Stress;

// Channels, select, and what tokens and other schedulers do with them.
internal sealed partial class Actors
{
    private async GoTask PingPong(Random random)
    {
        int count = random.Next(1, 200);
        var ping = new Chan<int>(random.Next(2));
        var pong = new Chan<int>(random.Next(2));
        Spawn(async () =>
        {
            await foreach (int value in ping)
                await pong.Send(value + 1);
        });
        for (int i = 0; i < count; i++)
        {
            await ping.Send(i);
            Expect(await pong.Receive(), i + 1, "pong");
        }
        ping.Close();
    }

    private async GoTask Pipeline(Random random)
    {
        int producers = random.Next(1, 5), each = random.Next(100);
        var numbers = new Chan<int>(random.Next(8));
        var done = new WaitGroup();
        done.Add(producers);
        for (int p = 0; p < producers; p++)
        {
            Spawn(async () =>
            {
                for (int i = 1; i <= each; i++)
                {
                    await numbers.Send(i);
                    Interlocked.Add(ref _sent, i);
                }
                done.Done();
            });
        }
        Spawn(async () =>
        {
            await done.Wait();
            numbers.Close();
        });
        await foreach (int value in numbers)
            Interlocked.Add(ref _received, value);
    }

    private async GoTask Selecting(Random random)
    {
        int count = random.Next(1, 60);
        var a = new Chan<int>(random.Next(2));
        var b = new Chan<int>(random.Next(2));
        var delay = Short(random);
        Spawn(async () =>
        {
            for (int i = 1; i <= count; i++)
                await Select(Send(a, i, () => Interlocked.Add(ref _sent, 1)), Send(b, i, () => Interlocked.Add(ref _sent, 1)));
            a.Close();
            b.Close();
        });
        bool aOpen = true, bOpen = true;
        while (aOpen || bOpen)
        {
            await Select(
                Receive(aOpen ? a : null, (int _, bool ok) => Take(ok, ref aOpen)),
                Receive(bOpen ? b : null, (int _, bool ok) => Take(ok, ref bOpen)),
                After(delay, () => { }));
        }

        void Take(bool ok, ref bool open)
        {
            open = ok;
            if (ok)
                Interlocked.Add(ref _received, 1);
        }
    }

    private async GoTask Canceled(Random random)
    {
        using var deadline = WithTimeout(Short(random));
        var never = new Chan<int>();
        try
        {
            switch (random.Next(4))
            {
                case 0: await never.Receive(deadline.Token); break;
                case 1: await never.Send(1, deadline.Token); break;
                case 2: await Sleep(TimeSpan.FromHours(1), deadline.Token); break;
                default:
                    var select = new Select();
                    select.Receive(never);
                    await select.Next(deadline.Token);
                    break;
            }
            _fail("what waits for ever came about");
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async GoTask Echo(Random random)
    {
        var reply = new Chan<long>(random.Next(2));
        for (int i = random.Next(1, 30); i > 0; i--)
            Expect(await _echo.Ask(i, reply), -i, "echo");
    }
}
