using System.Runtime.ExceptionServices;

namespace Gmp;

/// <summary>
/// A value that is made when the first one asks for it (Go: sync.OnceValue as an object): <c>await config.Get()</c>. Thread-safe; for
/// goroutines. Once it is made, a call costs one read.
/// </summary>
/// <remarks>What making it throws, every call throws (sync/oncefunc.go). Those who ask while it is made wait.</remarks>
/// <typeparam name="T">The value.</typeparam>
public sealed class GoOnceValue<T>
{
    private readonly GoOnce _once = new();
    private readonly Func<GoTask> _make;
    private Func<GoTask<T>>? _function;
    private ExceptionDispatchInfo? _fault;
    private T? _value;

    /// <summary>Makes one.</summary>
    /// <param name="function">What makes the value. It is garbage once it has.</param>
    public GoOnceValue(Func<GoTask<T>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
        _make = Make;
    }

    /// <summary>Whether the value is there, or the exception in its stead.</summary>
    public bool IsDone => _once.IsDone;

    /// <summary>The value.</summary>
    public GoTask<T> Get() => _once.IsDone && _fault is null ? new(_value!) : GetSlow(CancellationToken.None);

    /// <inheritdoc cref="Get()"/>
    /// <param name="token">Ends the wait for another who makes it.</param>
    /// <exception cref="OperationCanceledException">The token was canceled before the value was there, or before the call. Thrown by the await.</exception>
    public GoTask<T> Get(CancellationToken token) =>
        _once.IsDone && _fault is null && !token.IsCancellationRequested ? new(_value!) : GetSlow(token);

    private async GoTask<T> GetSlow(CancellationToken token)
    {
        await _once.Do(_make, token);
        _fault?.Throw();
        return _value!;
    }

    // The once's end makes these writes visible to whoever sees that it is done.
    private async GoTask Make()
    {
        try
        {
            _value = await _function!();
        }
        catch (Exception e)
        {
            _fault = ExceptionDispatchInfo.Capture(e);
        }
        _function = null;
    }
}
