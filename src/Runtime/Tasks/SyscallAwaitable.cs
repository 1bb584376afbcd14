using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>The end of a system call: its result, and the place where the goroutine queues if its P is gone.</summary>
/// <typeparam name="T">The result.</typeparam>
public readonly struct SyscallAwaitable<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly T _result;

    private SyscallAwaitable(T result, bool hasP)
    {
        _result = result;
        IsCompleted = hasP;
    }

    /// <summary>For the compiler: whether the goroutine may go on at once.</summary>
    public bool IsCompleted { get; }

    internal static SyscallAwaitable<T> Run(Func<T> call, bool handOff)
    {
        ArgumentNullException.ThrowIfNull(call);
        var m = M.Current;
        if (m?.CurrentG is null || !m.EnterSyscall(handOff))
            return new SyscallAwaitable<T>(call(), hasP: true);
        T result;
        try
        {
            result = call();
        }
        catch
        {
            // Without a P the goroutine goes on to its next scheduling point, whichever that is, and queues there.
            m.ExitSyscall();
            throw;
        }
        return new SyscallAwaitable<T>(result, m.ExitSyscall());
    }

    /// <summary>For the compiler.</summary>
    public SyscallAwaitable<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public T GetResult() => _result;

    Parker IParkAwaiter.GetParker(G g) => RequeueMark.LostP;

    /// <summary>For methods that are no GoTask methods.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public void UnsafeOnCompleted(Action continuation) => M.OfGoroutine().Scheduler.Adopt(RequeueMark.LostP, continuation);
}
