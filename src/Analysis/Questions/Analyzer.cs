using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions;

/// <summary>Asks every question of a trace.</summary>
public static class Analyzer
{
    /// <summary>Answers, those about the trace itself first. Hold the model's gate while the trace is live. Never throws for what a trace contains.</summary>
    public static IReadOnlyList<Finding> Run(LoadedTrace trace) => throw new NotImplementedException(trace?.ToString());
}
