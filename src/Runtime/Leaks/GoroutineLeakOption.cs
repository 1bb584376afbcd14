namespace Gmp;

/// <summary>Whom a check for leaked goroutines expects, or how long it waits. Made by <see cref="GoroutineLeak"/>.</summary>
public sealed class GoroutineLeakOption
{
    private readonly Predicate<GoroutineView>? _expects;

    internal GoroutineLeakOption(Predicate<GoroutineView> expects) => _expects = expects;

    internal GoroutineLeakOption(TimeSpan limit) => Limit = limit;

    internal TimeSpan? Limit { get; }

    internal bool Expects(GoroutineView view) => _expects?.Invoke(view) ?? false;
}
