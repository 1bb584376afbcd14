using System.Runtime.CompilerServices;

namespace Gmp;

#pragma warning disable CA1822 // the compiler calls IsCompleted on the instance

/// <summary>What <see cref="Goroutine.Yield"/> returns.</summary>
public readonly struct YieldAwaitable : ICriticalNotifyCompletion, IParkAwaiter
{
    /// <summary>For the compiler.</summary>
    public bool IsCompleted => false;

    /// <summary>For the compiler.</summary>
    public YieldAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public void GetResult()
    {
    }

    Parker IParkAwaiter.GetParker(G g) => RequeueMark.Yield;

    /// <summary>For methods that are no GoTask methods.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public void UnsafeOnCompleted(Action continuation) => M.OfGoroutine().Scheduler.Adopt(RequeueMark.Yield, continuation);
}
