using System.Runtime.CompilerServices;

namespace Gmp;

#pragma warning disable CA1822 // the compiler calls IsCompleted on the instance

/// <summary>What <see cref="Goroutine.Yield"/> and <see cref="Goroutine.Gosched"/> return.</summary>
public readonly struct YieldAwaitable : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly bool _toAll;

    internal YieldAwaitable(bool toAll) => _toAll = toAll;

    private RequeueMark Mark => _toAll ? RequeueMark.Gosched : RequeueMark.Yield;

    /// <summary>For the compiler.</summary>
    public bool IsCompleted => false;

    /// <summary>For the compiler.</summary>
    public YieldAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public void GetResult()
    {
    }

    Parker IParkAwaiter.GetParker(G g) => Mark;

    /// <summary>For methods that are no GoTask methods.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public void UnsafeOnCompleted(Action continuation) => M.OfGoroutine().Scheduler.Adopt(Mark, continuation);
}
