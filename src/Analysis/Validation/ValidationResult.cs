namespace Gmp.Analysis.Validation;

/// <summary>What <see cref="TraceValidator"/> found.</summary>
public sealed class ValidationResult
{
    /// <summary>So many violations are kept; all are counted.</summary>
    public const int MostKept = 1000;

    private readonly List<Violation> _kept = [];
    private readonly Dictionary<Rule, long> _counts = [];

    /// <summary>Records that were held against the rules.</summary>
    public long Records { get; internal set; }

    /// <summary>Records of kinds that have no rules here: the target is newer. They were skipped.</summary>
    public long UnknownKinds { get; internal set; }

    /// <summary>Records after the last flush mark, which cannot be judged: those that they rest on may not have been flushed any more.</summary>
    public long Unjudged { get; internal set; }

    /// <summary>Records whose time is before that of one that they rest on; they were waited for.</summary>
    public long Early { get; internal set; }

    /// <summary>The most by which one was before, ns.</summary>
    public long MostEarlyNs { get; internal set; }

    /// <summary>How many violations there are.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them, in the order in which they were found; at most <see cref="MostKept"/>.</summary>
    public IReadOnlyList<Violation> Violations => _kept;

    /// <summary>How often each rule is broken; rules that hold are not listed.</summary>
    public IReadOnlyDictionary<Rule, long> Counts => _counts;

    internal void Add(Violation violation, long times = 1)
    {
        Count += times;
        _counts[violation.Rule] = _counts.GetValueOrDefault(violation.Rule) + times;
        if (_kept.Count < MostKept)
            _kept.Add(violation);
    }
}
