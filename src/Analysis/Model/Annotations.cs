namespace Gmp.Analysis.Model;

/// <summary>A task that the program named (Trace.Task).</summary>
public sealed class TaskInfo
{
    private readonly Building.TextSlot? _name;

    internal TaskInfo(long id, long parent, Building.TextSlot? name, long start) => (Id, Parent, _name, Start) = (id, parent, name, start);

    /// <summary>Its number in the process.</summary>
    public long Id { get; }

    /// <summary>The task that it is part of; 0 for none.</summary>
    public long Parent { get; }

    /// <summary>Its name, or empty where the trace lacks it; from the target, so escape it.</summary>
    public string Name => _name?.Text ?? "";

    /// <summary>When it began, ns since the trace's start.</summary>
    public long Start { get; }

    /// <summary>When it ended; null while it goes on.</summary>
    public long? End { get; internal set; }

    /// <summary>The goroutine that began it, by its place in <see cref="TraceModel.Goroutines"/>.</summary>
    public int Goroutine { get; internal init; }
}

/// <summary>A region of a goroutine that the program named (Trace.Region).</summary>
public sealed class RegionInfo
{
    private readonly Building.TextSlot? _name;

    internal RegionInfo(long id, long task, Building.TextSlot? name, long start) => (Id, Task, _name, Start) = (id, task, name, start);

    /// <summary>Its number in the process.</summary>
    public long Id { get; }

    /// <summary>The task that it is part of; 0 for none.</summary>
    public long Task { get; }

    /// <summary>Its name, or empty where the trace lacks it; from the target, so escape it.</summary>
    public string Name => _name?.Text ?? "";

    /// <summary>When it began, ns since the trace's start.</summary>
    public long Start { get; }

    /// <summary>When it ended; null while it goes on.</summary>
    public long? End { get; internal set; }

    /// <summary>The goroutine that began it, by its place in <see cref="TraceModel.Goroutines"/>.</summary>
    public int Goroutine { get; internal init; }
}

/// <summary>A message of the program (Trace.Log).</summary>
public sealed class MessageInfo
{
    private readonly Building.TextSlot? _category;

    internal MessageInfo(Building.TextSlot? category, string text) => (_category, Text) = (category, text);

    /// <summary>When, ns since the trace's start.</summary>
    public long Time { get; internal init; }

    /// <summary>The task that it is part of; 0 for none.</summary>
    public long Task { get; internal init; }

    /// <summary>The goroutine, by its place in <see cref="TraceModel.Goroutines"/>.</summary>
    public int Goroutine { get; internal init; }

    /// <summary>What kind of message; from the target, so escape it.</summary>
    public string Category => _category?.Text ?? "";

    /// <summary>The message; from the target, so escape it.</summary>
    public string Text { get; }
}
