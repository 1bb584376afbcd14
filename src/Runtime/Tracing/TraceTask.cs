namespace Gmp;

/// <summary>A task of the program, from <see cref="Trace.Task"/>. Dispose it once, where it ends; any goroutine may.</summary>
public readonly struct TraceTask : IDisposable, IEquatable<TraceTask>
{
    private readonly UserTask? _task;

    internal TraceTask(UserTask task) => _task = task;

    /// <summary>Ends the task.</summary>
    public void Dispose()
    {
        if (_task is { } task)
            Trace.End(task);
    }

    /// <inheritdoc/>
    public bool Equals(TraceTask other) => _task == other._task;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TraceTask other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _task?.GetHashCode() ?? 0;

    /// <summary>Whether both are the same task.</summary>
    public static bool operator ==(TraceTask left, TraceTask right) => left.Equals(right);

    /// <summary>Whether they are different tasks.</summary>
    public static bool operator !=(TraceTask left, TraceTask right) => !left.Equals(right);
}

/// <summary>What flows with a task: its number and what it is part of.</summary>
internal sealed class UserTask(long id, UserTask? parent)
{
    internal readonly long Id = id;
    internal readonly UserTask? Parent = parent;
}
