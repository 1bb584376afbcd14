using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions;

/// <summary>Asks every question of a trace.</summary>
public static class Analyzer
{
    /// <summary>The questions, those about the trace itself first.</summary>
    public static IReadOnlyList<Question> Questions { get; } =
    [
        new TrustQuestion(), new HostQuestion(),
        new BlockingQuestion(), new WhileBlockedQuestion(), new SyscallQuestion(), new ContentionQuestion(), new LeakQuestion(), new DeadlockQuestion(),
        new MonopolyQuestion(), new StarvationQuestion(), new IdleQuestion(),
        new StatesQuestion(), new StealingQuestion(), new ThreadsQuestion(), new RemovalQuestion(), new ProcessorCountQuestion(),
        new CostQuestion(), new CollectionsQuestion(),
    ];

    /// <summary>Answers every question, in their order. Hold the model's gate while the trace is live. Never throws for what a trace contains.</summary>
    public static Report Run(LoadedTrace trace) => Run(new QuestionContext(trace));

    /// <inheritdoc cref="Run(LoadedTrace)"/>
    public static Report Run(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Finding[] findings = [.. Questions.Select(q => q.Ask(context))];
        return new Report(findings, Causes.CauseSearch.Find(context, findings));
    }
}
