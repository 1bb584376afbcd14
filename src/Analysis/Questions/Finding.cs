namespace Gmp.Analysis.Questions;

/// <summary>How bad it is.</summary>
public enum Severity
{
    /// <summary>The question does not apply to this trace, or the trace cannot answer it.</summary>
    NotApplicable,
    /// <summary>Checked, and all is well.</summary>
    Ok,
    /// <summary>Worth knowing.</summary>
    Info,
    /// <summary>Costs something.</summary>
    Warning,
    /// <summary>Hurts now.</summary>
    Critical,
}

/// <summary>How sure an answer is.</summary>
public enum Confidence
{
    /// <summary>The trace has gaps where it matters.</summary>
    Low,
    /// <summary>Some of it is inferred.</summary>
    Medium,
    /// <summary>Measured, with nothing lost.</summary>
    High,
}

/// <summary>A stretch of the trace, ns since its start.</summary>
/// <param name="StartNs">The first moment.</param>
/// <param name="EndNs">The last moment.</param>
public sealed record TimeWindow(long StartNs, long EndNs);

/// <summary>A goroutine that an answer speaks of.</summary>
/// <param name="Id">The target's id for it.</param>
/// <param name="Name">Its name, or empty. Not escaped.</param>
/// <param name="Role">What it is in this finding: <c>hog</c>, <c>victim</c>.</param>
/// <param name="CreatedAt">Where it was created, or null.</param>
/// <param name="WaitNs">For a victim: how long it waited because of this finding, ns, in total.</param>
/// <param name="LongestWaitNs">For a victim: the longest of its waits, ns.</param>
/// <param name="Waits">For a victim: how many waits.</param>
public sealed record FindingGoroutine(
    long Id, string Name, string Role, Model.SourceSite? CreatedAt, long? WaitNs = null, long? LongestWaitNs = null, int? Waits = null)
{
    /// <summary>A goroutine of the model in a role.</summary>
    public static FindingGoroutine Of(Model.GoroutineInfo goroutine, string role)
    {
        ArgumentNullException.ThrowIfNull(goroutine);
        return new(goroutine.Id, goroutine.Name, role, goroutine.CreatedAt);
    }

    /// <summary>For a hog: its longest slice, ns.</summary>
    public long? LongestSliceNs { get; init; }

    /// <summary>For a hog: how many of its slices were too long.</summary>
    public int? Slices { get; init; }

    /// <summary>For a hog: how long those slices ran, ns, in total.</summary>
    public long? RunNs { get; init; }
}

/// <summary>
/// An answer to one question about a trace: the answer first, then what shows it, why it matters and what to do. Text that came from the
/// target is not escaped here; each writer escapes for its own medium.
/// </summary>
public sealed record Finding
{
    /// <summary>The id, for example <c>GMP201</c>: stable, never reused.</summary>
    public required string Id { get; init; }

    /// <summary>How bad it is.</summary>
    public required Severity Severity { get; init; }

    /// <summary>0 (nothing) to 100 (as bad as it gets), to sort by.</summary>
    public int Score { get; init; }

    /// <summary>The question, as a person asks it.</summary>
    public required string Question { get; init; }

    /// <summary>The answer: number, unit, who, where, when.</summary>
    public required string Answer { get; init; }

    /// <summary>What shows it, a sentence each.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>The mechanism, in a sentence or two; empty where all is well.</summary>
    public string Why { get; init; } = "";

    /// <summary>What to do, best first.</summary>
    public IReadOnlyList<string> Fixes { get; init; } = [];

    /// <summary>How sure the answer is.</summary>
    public Confidence Confidence { get; init; } = Confidence.High;

    /// <summary>A command that shows more, or empty; <c>FILE</c> stands for the trace.</summary>
    public string LookCloser { get; init; } = "";

    /// <summary>The goroutines that the answer speaks of, the cause first.</summary>
    public IReadOnlyList<FindingGoroutine> Goroutines { get; init; } = [];

    /// <summary>The Ps that the answer speaks of.</summary>
    public IReadOnlyList<int> Processors { get; init; } = [];

    /// <summary>When, or null for the whole trace.</summary>
    public TimeWindow? Window { get; init; }

    /// <summary>Where the time of the goroutine or goroutines goes that caused it, or null where the question is not about that.</summary>
    public CodeProfile? Code { get; init; }

    /// <summary>Numbers in rows, the most telling table first.</summary>
    public IReadOnlyList<FindingTable> Tables { get; init; } = [];

    /// <summary>Pictures, the most telling first.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];

    /// <summary>The source line to look at first, or null.</summary>
    public Model.SourceSite? Source { get; init; }

    /// <summary>Why its reader accepts it, in his own words, or empty. It is told all the same, and fails nothing.</summary>
    public string Ignored { get; init; } = "";
}
