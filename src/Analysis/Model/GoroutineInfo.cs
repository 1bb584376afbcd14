using Gmp.Tracing;

namespace Gmp.Analysis.Model;

/// <summary>A creation site: where a <c>Go</c> call stands.</summary>
/// <param name="File">The file as the compiler knew it; from the target, so escape it before it reaches a terminal or a page.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Member">The member that contains the call.</param>
public sealed record SourceSite(string File, int Line, string Member)
{
    /// <summary><c>Program.cs:42</c>: the last part of the path, as people say it.</summary>
    public string Short => $"{File[(File.LastIndexOfAny(['/', '\\']) + 1)..]}:{Line}";
}

/// <summary>What is known of one goroutine.</summary>
public sealed class GoroutineInfo
{
    internal GoroutineInfo(int index, int scheduler, long id) => (Index, Scheduler, Id) = (index, scheduler, id);

    /// <summary>The place in <see cref="TraceModel.Goroutines"/>.</summary>
    public int Index { get; }

    /// <summary>The scheduler's number in its process.</summary>
    public int Scheduler { get; }

    /// <summary>The id that the target knows it by.</summary>
    public long Id { get; }

    /// <summary>The name given at creation, or empty; from the target, so escape it.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>The id of the goroutine that created it; 0 for none or unknown.</summary>
    public long Parent { get; internal set; }

    /// <summary>Where its <c>Go</c> call stands, or null while the trace has not said.</summary>
    public SourceSite? CreatedAt { get; internal set; }

    /// <summary>When it was created, ns since the trace's start; null if before.</summary>
    public long? CreatedTime { get; internal set; }

    /// <summary>The state now, or at the trace's end.</summary>
    public GoStatus Status { get; internal set; }

    /// <summary>What it waits for while <see cref="Status"/> is Waiting.</summary>
    public WaitReason WaitingFor { get; internal set; }

    /// <summary>When it entered the state, ns since the trace's start; may be negative.</summary>
    public long StatusSince { get; internal set; }

    /// <summary>Time spent running, ns.</summary>
    public long RunningTime { get; internal set; }

    /// <summary>Time spent runnable and not running, ns.</summary>
    public long RunnableTime { get; internal set; }

    /// <summary>The longest stretch that it ran without a scheduling point, ns.</summary>
    public long LongestSlice { get; internal set; }

    /// <summary><c>G17 "checksum"</c>, or <c>G17</c>. Not escaped.</summary>
    public string Label => Name.Length == 0 ? $"G{Id}" : $"G{Id} \"{Name}\"";
}
