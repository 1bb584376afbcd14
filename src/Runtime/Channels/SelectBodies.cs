namespace Gmp;

/// <summary>Begins what a clause of a select says is to be done.</summary>
internal static class SelectBodies
{
    internal static GoTask Begin(Delegate? body)
    {
        if (body is Func<GoTask> function)
            return function();
        (body as Action)?.Invoke();
        return default;
    }

    internal static GoTask Begin<T>(Delegate? body, T value, bool ok)
    {
        switch (body)
        {
            case Action<T> action:
                action(value);
                return default;
            case Action<T, bool> action:
                action(value, ok);
                return default;
            case Func<T, GoTask> function:
                return function(value);
            case Func<T, bool, GoTask> function:
                return function(value, ok);
            default:
                return default;
        }
    }
}
