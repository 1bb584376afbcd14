using static Gmp.Goroutine;

namespace Gmp.Stress;

/// <summary>The goroutines of one round: of every kind that uses the runtime in another way. Each ends by itself.</summary>
internal sealed partial class Actors
{
    private readonly WaitGroup _ended;
    private readonly EchoScheduler _echo;
    private readonly Action<string> _fail;
    private readonly Func<Random, GoTask>[] _kinds;

    private readonly GoMutex _mutex = new();
    private long _underMutex;
    private long _expectedUnderMutex;
    private readonly GoRWMutex _rwMutex = new();
    private long _left, _right;
    private readonly GoSemaphore _semaphore = new(3);
    private int _inSemaphore;
    private long _sent, _received;

    internal Actors(WaitGroup ended, EchoScheduler echo, Action<string> fail)
    {
        (_ended, _echo, _fail) = (ended, echo, fail);
        _kinds =
        [
            PingPong, Pipeline, Selecting, Mutex, RWMutex, Semaphore, Timer, Sleeper, SystemCall, BlockingCall, Hog, Foreign, AsyncTask, Locked, EndsLocked,
            Pool, Tree, Deep, Canceled, Echo, Yielder, Condition,
            Once, Connections,
        ];
    }

    internal void Start(Random random)
    {
        var kind = _kinds[random.Next(_kinds.Length)];
        Spawn(() => kind(random), kind.Method.Name);
    }

    internal void CheckSums()
    {
        Expect(Volatile.Read(ref _underMutex), Volatile.Read(ref _expectedUnderMutex), "added under the mutex");
        Expect(_left, _right, "left and right under the RWMutex");
        Expect(_inSemaphore, 0, "in the semaphore");
        Expect(_semaphore.Available, _semaphore.Size, "units of the semaphore");
        Expect(_received, _sent, "received of what was sent");
    }

    private void Spawn(Func<GoTask> body, string? name = null)
    {
        _ended.Add(1);
        Go(async () =>
        {
            try
            {
                await body();
            }
            catch (Exception e)
            {
                _fail(e.ToString());
            }
            _ended.Done();
        }, name);
    }

    private void Expect(long actual, long expected, string what)
    {
        if (actual != expected)
            _fail($"{what}: {actual}, not {expected}");
    }

    private static TimeSpan Short(Random random) => TimeSpan.FromMicroseconds(random.Next(3_000));

    private static void Spin(TimeSpan duration)
    {
        long end = Clock.Now + Clock.FromTimeSpan(duration);
        while (Clock.Now < end)
            Thread.SpinWait(50);
    }
}
