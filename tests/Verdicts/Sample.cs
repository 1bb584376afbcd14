using Gmp.Analysis.Questions;

namespace Gmp.Verdicts;

/// <summary>A sample, and what the report must say of it.</summary>
/// <param name="Name">As <c>demo</c> calls it.</param>
/// <param name="Program">Its assembly.</param>
/// <param name="Arguments">Beside the time.</param>
/// <param name="Must">Findings that must be there, as a warning at least.</param>
/// <param name="May">Findings that follow from the disease, and may be there.</param>
/// <param name="Checks">Numbers that it measures itself.</param>
internal sealed record Sample(string Name, string Program, IReadOnlyList<string> Arguments, IReadOnlyList<string> Must, IReadOnlyList<string> May, IReadOnlyList<Check> Checks)
{
    /// <summary>What a busy machine brings: that it is busy, and waits for a CPU.</summary>
    public static IReadOnlyList<string> OfABusyMachine { get; } = ["GMP002"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Sample> All { get; } =
    [
        new("hog", "Hog", ["--ps", "1"], ["GMP201"], ["GMP202"],
        [
            new("slices", t => t["end", "slices"], r => Of(r, "GMP201").Goroutines.FirstOrDefault(g => g.Role == "hog")?.Slices) { Least = 1 },
            new("longest slice, ms", t => t["end", "longest_ms"], r => Of(r, "GMP201").Goroutines.FirstOrDefault(g => g.Role == "hog")?.LongestSliceNs / 1e6),
        ]),
        new("healthy", "Healthy", ["--ps", "2"], [], [], []),
    ];

    private static Finding Of(Report report, string id) => report.Findings.Single(f => f.Id == id);
}
