using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>What <see cref="Goroutine.Sleep(TimeSpan)"/> returns.</summary>
public readonly struct SleepAwaitable : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly long _until;

    internal SleepAwaitable(long until) => _until = until;

    /// <summary>For the compiler.</summary>
    public bool IsCompleted => _until == 0;

    /// <summary>For the compiler.</summary>
    public SleepAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public void GetResult()
    {
    }

    Parker IParkAwaiter.GetParker(G g)
    {
        g.SleepUntil = _until;
        return SleepParker.Instance;
    }

    /// <summary>For methods that are no GoTask methods.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public void UnsafeOnCompleted(Action continuation) => M.OfGoroutine().Scheduler.Adopt(new SleepUntilParker(_until), continuation);

    /// <summary>One for all: the time is the goroutine's own.</summary>
    private class SleepParker : Parker
    {
        internal static readonly SleepParker Instance = new();

        internal override WaitReason Reason => WaitReason.Sleep;

        internal override bool Commit(G g)
        {
            g.Scheduler.AddTimer(g);
            return true;
        }
    }

    private sealed class SleepUntilParker(long until) : SleepParker
    {
        internal override bool Commit(G g)
        {
            g.SleepUntil = until;
            return base.Commit(g);
        }
    }
}
