namespace Gmp;

// The short form of select. What it needs is pooled; only delegates that capture something are allocated.
public static partial class Goroutine
{
    /// <summary>
    /// Waits for the first of several cases and does what it says (Go: the select statement):
    /// <code>
    /// await Select(
    ///     Receive(jobs, job => Start(job)),
    ///     Send(results, result, () => sent++),
    ///     After(TimeSpan.FromSeconds(1), () => Console.WriteLine("nothing for a second")));
    /// </code>
    /// <see cref="Gmp.Select"/> says what holds. In a loop that has to be fast, make one of those before it.
    /// </summary>
    /// <param name="clauses">The cases. The earliest of several timeouts counts.</param>
    /// <returns>Await it for the number of the case that happened, from 0; what its body threw is thrown by the await.</returns>
    /// <exception cref="ChanClosedException">The case is a send and its channel is closed. Thrown by the await.</exception>
    /// <exception cref="InvalidOperationException">There are two defaults, or a clause that sends was used before.</exception>
    public static GoTask<int> Select(params ReadOnlySpan<SelectClause> clauses) => SelectClauses.Run(clauses);

    /// <summary>A case that receives; the body gets the value, the default one from a closed channel.</summary>
    /// <param name="chan">Where from; the case never happens if this is null.</param>
    /// <param name="body">What to do then.</param>
    /// <typeparam name="T">The channel's values.</typeparam>
    public static SelectClause Receive<T>(Chan<T>? chan, Action<T>? body = null) => new((IReceivable?)chan, body);

    /// <summary>A case that receives; the body gets the value, and whether it was sent: false if the channel is closed and empty.</summary>
    /// <inheritdoc cref="Receive{T}(Chan{T}, Action{T})"/>
    public static SelectClause Receive<T>(Chan<T>? chan, Action<T, bool> body) => new((IReceivable?)chan, body);

    /// <inheritdoc cref="Receive{T}(Chan{T}, Action{T})"/>
    public static SelectClause Receive<T>(Chan<T>? chan, Func<T, GoTask> body) => new((IReceivable?)chan, body);

    /// <inheritdoc cref="Receive{T}(Chan{T}, Action{T, bool})"/>
    public static SelectClause Receive<T>(Chan<T>? chan, Func<T, bool, GoTask> body) => new((IReceivable?)chan, body);

    /// <summary>A case that sends.</summary>
    /// <param name="chan">Where to; the case never happens if this is null.</param>
    /// <param name="value">What.</param>
    /// <param name="body">What to do then.</param>
    /// <typeparam name="T">The channel's values.</typeparam>
    public static SelectClause Send<T>(Chan<T>? chan, T value, Action? body = null) => new(SelectSend<T>.Rent(chan, value), body);

    /// <inheritdoc cref="Send{T}(Chan{T}, T, Action)"/>
    public static SelectClause Send<T>(Chan<T>? chan, T value, Func<GoTask> body) => new(SelectSend<T>.Rent(chan, value), body);

    /// <summary>The case that happens if no other has for a time. Zero and less: at once.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for a case that never happens.</param>
    /// <param name="body">What to do then.</param>
    public static SelectClause After(TimeSpan timeout, Action? body) => new(timeout, body);

    /// <inheritdoc cref="After(TimeSpan, Action)"/>
    public static SelectClause After(TimeSpan timeout, Func<GoTask> body) => new(timeout, body);

    /// <summary>The case that happens if no other can: with it, the select does not wait.</summary>
    /// <param name="body">What to do then.</param>
    public static SelectClause Default(Action? body = null) => new((Delegate?)body);

    /// <inheritdoc cref="Default(Action)"/>
    public static SelectClause Default(Func<GoTask> body) => new((Delegate?)body);
}
