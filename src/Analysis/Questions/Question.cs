namespace Gmp.Analysis.Questions;

/// <summary>A question that people ask about a trace. Stateless, so any thread may ask.</summary>
public abstract class Question
{
    /// <summary>The id of its findings, for example <c>GMP201</c>.</summary>
    public abstract string Id { get; }

    /// <summary>The question in English, as a person asks it; <see cref="Language.Phrases.Text"/> has it in other languages.</summary>
    public abstract string Text { get; }

    /// <summary>The numbers that it judges by and that its user may set.</summary>
    public virtual IReadOnlyList<Threshold> Thresholds => [];

    /// <summary>Answers it. Hold the model's gate while the trace is live. Never throws for what a trace contains.</summary>
    public abstract Finding Ask(QuestionContext context);

    /// <summary>A finding of this question.</summary>
    protected Finding Answer(QuestionContext context, Severity severity, int score, string answer)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new() { Id = Id, Question = context.Phrases.Text(Text), Severity = severity, Score = score, Answer = answer };
    }
}
