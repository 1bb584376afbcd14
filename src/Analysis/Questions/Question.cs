using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions;

/// <summary>A question that people ask about a trace. Stateless, so any thread may ask.</summary>
public abstract class Question
{
    /// <summary>The id of its findings, for example <c>GMP201</c>.</summary>
    public abstract string Id { get; }

    /// <summary>The question, as a person asks it.</summary>
    public abstract string Text { get; }

    /// <summary>Answers it. Hold the model's gate while the trace is live. Never throws for what a trace contains.</summary>
    public abstract Finding Ask(LoadedTrace trace);

    /// <summary>A finding of this question.</summary>
    protected Finding Answer(Severity severity, int score, string answer) =>
        new() { Id = Id, Question = Text, Severity = severity, Score = score, Answer = answer };
}
