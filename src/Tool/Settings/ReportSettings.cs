namespace Gmp.Tool.Settings;

/// <summary>What a gmp-trace.json says.</summary>
internal sealed record ReportSettings
{
    /// <summary>Nothing is set.</summary>
    public static ReportSettings None { get; } = new();

    /// <summary>The file, or empty if there is none.</summary>
    public string Path { get; init; } = "";

    /// <summary>The tag of the language, or null.</summary>
    public string? Language { get; init; }

    /// <summary>What fails the command; null if the file does not say.</summary>
    public IReadOnlyList<FailCondition>? FailOn { get; init; }

    /// <summary>Thresholds by name.</summary>
    public IReadOnlyDictionary<string, double> Thresholds { get; init; } = new Dictionary<string, double>();

    /// <summary>Findings that are known and accepted.</summary>
    public IReadOnlyList<IgnoreRule> Ignored { get; init; } = [];
}
