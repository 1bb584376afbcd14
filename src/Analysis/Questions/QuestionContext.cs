using Gmp.Analysis.Language;
using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions;

/// <summary>What a question is asked about, and how it is to answer.</summary>
/// <param name="Trace">The trace.</param>
public sealed record QuestionContext(LoadedTrace Trace)
{
    private readonly Dictionary<(LoadedTrace, Type), object> _shared = [];

    /// <summary>What happened.</summary>
    public TraceModel Model => Trace.Model;

    /// <summary>What is in the file.</summary>
    public TraceInfo Info => Trace.Info;

    /// <summary>The language to answer in.</summary>
    public Phrases Phrases { get; init; } = Phrases.English;

    /// <summary>The numbers to judge by.</summary>
    public Thresholds Thresholds { get; init; } = Thresholds.Default;

    /// <summary>What several questions need of the trace and one of them has worked out. One thread at a time.</summary>
    internal T Shared<T>(Func<QuestionContext, T> make)
        where T : class
    {
        if (!_shared.TryGetValue((Trace, typeof(T)), out object? known))
            _shared[(Trace, typeof(T))] = known = make(this);
        return (T)known;
    }
}
