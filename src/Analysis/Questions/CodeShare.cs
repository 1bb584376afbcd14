using Gmp.Analysis.Model;

namespace Gmp.Analysis.Questions;

/// <summary>A line of code and its part of the samples of a stretch of time.</summary>
/// <param name="Frame">The innermost place of the user's code; without a line where there are no symbols, or where the sampler cannot tell it.</param>
/// <param name="Samples">How many samples were taken there.</param>
/// <param name="Share">Their part of all, 0 to 1.</param>
/// <param name="Calls">What of the framework's it was calling in most of these samples, or empty if it computed itself.</param>
/// <param name="Path">The user's code that led there in most of these samples, the outermost first; <paramref name="Frame"/> is the last.</param>
public sealed record CodeShare(CodeFrame Frame, int Samples, double Share, string Calls, IReadOnlyList<CodeFrame> Path);

/// <summary>Where time went, as samples of stacks tell it.</summary>
public sealed record CodeProfile
{
    /// <summary>How many samples it rests on; 0 if nobody sampled.</summary>
    public required int Samples { get; init; }

    /// <summary>How many slices were sampled.</summary>
    public required int Slices { get; init; }

    /// <summary>Lines, those with the most samples first.</summary>
    public IReadOnlyList<CodeShare> Lines { get; init; } = [];

    /// <summary>Why there are no samples, and how to get some; empty if there are.</summary>
    public string Missing { get; init; } = "";

    /// <summary>The method with the most samples, whatever the line, and its share; null without samples.</summary>
    public (string Name, double Share)? Hottest =>
        Lines.Count == 0 ? null
        : Lines.GroupBy(l => l.Frame.Name).Select(m => (m.Key, Share: m.Sum(l => l.Share))).MaxBy(m => m.Share);

    /// <summary>The line to look at: the one with the most samples in <see cref="Hottest"/>, of those that are known.</summary>
    public CodeShare? HottestLine => Hottest is { } method ? Lines.Where(l => l.Frame.Name == method.Name).MaxBy(l => (l.Frame.Line > 0, l.Samples)) : null;
}
