using System.Diagnostics.Metrics;
using System.Globalization;
using static Gmp.Goroutine;

namespace Gmp.Tests.Counting;

/// <summary>Goroutines that count what happens to them, each in the way that only it can know.</summary>
internal sealed class Transitions
{
    private const int Receivers = 20, Receives = 200, Sleepers = 30, Sleeps = 3, Yielders = 40, Yields = 500, Callers = 10, Calls = 20, Annotators = 10, Orders = 50;

    // By the name of the record.
    private long _creates = 1;   // main
    private long _destroys = 1;
    private long _stops;
    private long _blocks;
    private long _unblocks;
    private long _calls;
    private long _orders;
    private long _steals;
    private long _retakes;
    private long _handoffs;

    /// <summary>The main goroutine.</summary>
    public async GoTask Run()
    {
        // All that the bodies below add is added by one after the other only at one P: elsewhere they run at the same time.
        var chans = new Chan<int>[Receivers];
        for (int i = 0; i < Receivers; i++)
        {
            var chan = chans[i] = new Chan<int>();
            Start(async () =>
            {
                // Nobody waits to send there, so each receive parks.
                for (int k = 0; k < Receives; k++)
                {
                    Interlocked.Increment(ref _blocks);
                    await chan.Receive();
                }
            });
        }
        for (int i = 0; i < Sleepers; i++)
        {
            Start(async () =>
            {
                for (int k = 0; k < Sleeps; k++)
                {
                    Interlocked.Increment(ref _blocks);
                    await Sleep(TimeSpan.FromMilliseconds(2));
                    // The timer's doing, and nobody else's.
                    Interlocked.Increment(ref _unblocks);
                }
            });
        }
        for (int i = 0; i < Yielders; i++)
        {
            Start(async () =>
            {
                for (int k = 0; k < Yields; k++)
                    await CountedYield();
            });
        }
        for (int i = 0; i < Callers; i++)
        {
            Start(async () =>
            {
                for (int k = 0; k < Calls; k++)
                {
                    Interlocked.Increment(ref _calls);
                    if (k % 2 == 0)
                        await Syscall(() => Thread.Sleep(1));
                    else
                        await Blocking(() => Thread.Sleep(1));
                }
            });
        }
        for (int i = 0; i < Annotators; i++)
        {
            Start(async () =>
            {
                for (int k = 0; k < Orders; k++)
                    await Order(k);
            });
        }
        for (int k = 0; k < Receives; k++)
        {
            foreach (var chan in chans)
            {
                // Without a buffer this succeeds exactly where it readies a receiver that is parked.
                while (!chan.TrySend(k))
                    await CountedYield();
                Interlocked.Increment(ref _unblocks);
            }
        }
        GC.Collect();
        while (Scheduler.Current!.Alive > 1)
            await CountedYield();
        ReadMeter();
    }

    private async GoTask Order(int number)
    {
        using (Trace.Task("order"))
        using (Trace.Region("all of it"))
        {
            await CountedYield();
            using (Trace.Region($"number {number}"))
            using (WithLabels([("number", $"{number}")]))
                await CountedYield();
            Trace.Log("order", $"number {number} is done");
        }
        Interlocked.Increment(ref _orders);
    }

    // Counted where the work is done, by fields of their own that tracing has no part in.
    private void ReadMeter()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Gmp.Runtime" && instrument.Name is "gmp.sched.steal.successes" or "gmp.sched.retakes" or "gmp.sched.handoffs")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            _ = instrument.Name switch
            {
                "gmp.sched.steal.successes" => _steals += value,
                "gmp.sched.retakes" => _retakes += value,
                _ => _handoffs += value,
            };
        });
        listener.Start();
        listener.RecordObservableInstruments();
    }

    /// <summary>What was counted: a line for each kind of record, its name and how many there must be.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Line("GoCreate", _creates);
        yield return Line("GoDestroy", _destroys);
        yield return Line("GoStop", _stops);
        yield return Line("GoBlock", _blocks);
        yield return Line("GoUnblock", _unblocks);
        yield return Line("GoSyscallBegin", _calls);
        yield return Line("UserTaskBegin", _orders);
        yield return Line("UserTaskEnd", _orders);
        yield return Line("UserRegionBegin", 2 * _orders);
        yield return Line("UserRegionEnd", 2 * _orders);
        yield return Line("UserLog", _orders);
        // Taken on and put off.
        yield return Line("GoLabels", 2 * _orders);
        yield return Line("Steal", _steals);
        yield return Line("ProcRetake", _retakes);
        yield return Line("ProcHandoff", _handoffs);
    }

    private static string Line(string kind, long count) => string.Create(CultureInfo.InvariantCulture, $"{kind} {count}");

    private void Start(Func<GoTask> body)
    {
        Interlocked.Increment(ref _creates);
        Go(async () =>
        {
            await body();
            Interlocked.Increment(ref _destroys);
        });
    }

    private YieldAwaitable CountedYield()
    {
        Interlocked.Increment(ref _stops);
        return Yield();
    }
}
