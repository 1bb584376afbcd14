using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// What a program says of itself in a recording of its goroutines (Go: runtime/trace): tasks, which span goroutines; regions, which are stretches of code;
/// and messages.
/// <code>using var task = Trace.Task("order");
/// using (Trace.Region("parse"))
///     order = await Parse(request);
/// Trace.Log("order", $"has {order.Lines} lines");</code>
/// </summary>
/// <remarks>
/// Meant for goroutines; elsewhere, and while nobody records, all of it does next to nothing: an interpolated message is not even formatted. A task or region that began before the
/// recording is not in it. Thread-safe.
/// </remarks>
public static class Trace
{
    private static readonly AsyncLocal<UserTask?> s_task = new();
    private static long s_lastId;

    /// <summary>Whether somebody records goroutines now.</summary>
    public static bool IsEnabled => SchedulerTracer.IsTracing;

    /// <summary>
    /// Begins a task, as part of the one that the caller is in. What follows belongs to it, over awaits and in goroutines that are started, until it is disposed.
    /// </summary>
    /// <param name="name">What kind of task; names that repeat cost less.</param>
    public static TraceTask Task(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!SchedulerTracer.IsTracing || M.Current is not { CurrentG: { } g } m)
            return default;
        var task = new UserTask(Interlocked.Increment(ref s_lastId), s_task.Value);
        s_task.Value = task;
        m.Scheduler.Tracer.Annotate(m, g, EventKind.UserTaskBegin, [task.Id, task.Parent?.Id ?? 0, g.Id, 0], name);
        return new TraceTask(task);
    }

    /// <summary>Begins a region, which ends when it is disposed. Regions of a goroutine may lie in each other.</summary>
    /// <param name="name">What is done there; names that repeat cost less.</param>
    public static TraceRegion Region(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!SchedulerTracer.IsTracing || M.Current is not { CurrentG: { } g } m)
            return default;
        long id = Interlocked.Increment(ref s_lastId);
        m.Scheduler.Tracer.Annotate(m, g, EventKind.UserRegionBegin, [id, TaskId, g.Id, 0], name);
        return new TraceRegion(id);
    }

    /// <summary>Records a message of the calling goroutine.</summary>
    /// <param name="category">What kind of message; categories that repeat cost less.</param>
    /// <param name="message">The message; recordings keep 512 bytes of it.</param>
    public static void Log(string category, string message)
    {
        ArgumentNullException.ThrowIfNull(category);
        ArgumentNullException.ThrowIfNull(message);
        if (SchedulerTracer.IsTracing && M.Current is { CurrentG: { } g } m)
            m.Scheduler.Tracer.Annotate(m, g, EventKind.UserLog, [TaskId, g.Id, 0], category, message);
    }

    /// <inheritdoc cref="Log(string, string)"/>
    public static void Log(string category, ref TraceMessage message)
    {
        // Made by who recorded then.
        if (message.IsMade)
            Log(category, message.ToStringAndClear());
    }

    /// <summary>
    /// Sends what is recorded and not sent yet: before <see cref="Environment.Exit"/>, which would otherwise cost a recording its last 50 ms. Any thread.
    /// </summary>
    public static void Flush() => GmpEventSource.FlushAll();

    private static long TaskId => s_task.Value?.Id ?? 0;

    internal static void End(UserTask task)
    {
        if (s_task.Value == task)
            s_task.Value = task.Parent;
        if (SchedulerTracer.IsTracing && M.Current is { CurrentG: { } g } m)
            m.Scheduler.Tracer.Annotate(m, g, EventKind.UserTaskEnd, [task.Id, g.Id]);
    }

    internal static void EndRegion(long id)
    {
        if (SchedulerTracer.IsTracing && M.Current is { CurrentG: { } g } m)
            m.Scheduler.Tracer.Annotate(m, g, EventKind.UserRegionEnd, [id, g.Id]);
    }
}
