using Gmp.Analysis.Language;
using Gmp.Analysis.Questions.Memory;

namespace Gmp.Analysis.Questions;

/// <summary>GMP402: did too many goroutines burden the garbage collector? How long it stopped everybody, against how many goroutines it had to walk through.</summary>
public sealed class CollectionsQuestion : Question
{
    private const int Shown = 10;

    private static readonly Threshold s_share = new("GMP402.pauseShare", 0.05,
        "The part of the trace in which collections may stop all threads: a twentieth. .NET's own counters call a program healthy below that, and its pauses are then rarely seen.");

    private static readonly Threshold s_many = new("GMP402.goroutines", 10_000,
        "From how many goroutines alive on they count as many: at some hundred bytes each they are some MB, which a collection of all generations has to walk through.");

    /// <inheritdoc/>
    public override string Id => "GMP402";

    /// <inheritdoc/>
    public override string Text => "Did too many of them burden the GC?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_share, s_many];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        var facts = context.Shared(c => MemoryFacts.Of(c.Model));
        if (model.Length == 0 || model.Accounts.Count == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("Nothing happened while this was recorded."));
        if (facts.Pauses.Count == 0)
            return Answer(context, Severity.Ok, 0, say.Say($"No: no collection stopped anybody in {Wording.Duration(model.Length)}. At most {say.Count(facts.MostAlive, "goroutine was", "goroutines were")} alive."));

        double share = (double)facts.Pauses.Sum / model.Length;
        bool isMuch = share >= context.Thresholds[s_share], areMany = facts.MostAlive >= context.Thresholds[s_many];
        var severity = isMuch && areMany ? Severity.Warning : isMuch ? Severity.Info : Severity.Ok;
        string pauses = say.Say($"{say.Count(facts.Pauses.Count, "pause")} of the garbage collector stopped everybody for {Wording.Duration(facts.Pauses.Sum)}, {Wording.Percent(share)} of the trace: {Wording.Duration(facts.Pauses.Median)} at the median and {Wording.Duration(facts.Pauses.Longest)} at worst.");
        string alive = say.Say($"At most {say.Count(facts.MostAlive, "goroutine was", "goroutines were")} alive.");
        string answer = severity switch
        {
            Severity.Warning => say.Say($"Yes. {pauses} {alive}"),
            Severity.Info => say.Say($"The collector burdens the program, but not for the number of goroutines. {pauses} {alive}"),
            _ => say.Say($"No. {pauses} {alive}"),
        };
        return Answer(context, severity, severity switch { Severity.Warning => 50 + (int)Math.Min(40, 100 * share), Severity.Info => 20, _ => 0 }, answer) with
        {
            Evidence = [.. Evidence(context, facts)],
            Why = severity == Severity.Ok ? "" : severity == Severity.Warning
                ? say.Text("A goroutine that waits is an object that lives: its state, what it refers to, and its place in a channel's queue. A collection marks all of them, and those that survived two collections again at each full one; while it does, every thread stands still or works for it.")
                : say.Text("Collections come with what is allocated and take as long as what is alive is large. With few goroutines both are the program's own data."),
            Fixes = severity == Severity.Warning
                ? [
                    say.Text("Fewer goroutines that wait: one that waits for many things (Select, a heap of timers) in the place of one for each."),
                    say.Text("A pool (GoroutinePool) with a limit, so that work waits in a queue instead of in goroutines."),
                    say.Text("Keep little alive across an await: each local that is used after it is kept, buffers too. Rent them after the wait."),
                    say.Text("Server GC or a larger generation 0 (DOTNET_GCgen0size) collects less often; each collection takes as long as before."),
                ]
                : severity == Severity.Info ? [say.Text("Allocate less, or keep less alive: look at the heap (dotnet-gcdump) and at what allocates (dotnet-trace --profile gc-verbose).")] : [],
            Confidence = facts.ArePausesExact ? Confidence.High : Confidence.Medium,
            Source = severity == Severity.Warning ? facts.Crowd?.Site : null,
            Tables = [Table(say, facts)],
            Figures = facts.Alive.Count < 2 ? [] : [new SeriesFigure(say.Text("Goroutines alive"), "goroutines", CellKind.Count, [new FigureSeries(say.Text("alive"), facts.Alive)])],
        };
    }

    private static IEnumerable<string> Evidence(QuestionContext context, MemoryFacts facts)
    {
        var say = context.Phrases;
        var byGeneration = facts.Collections.Where(c => c.Collections > 0).GroupBy(c => c.Generation).OrderBy(g => g.Key).ToList();
        foreach (var generation in byGeneration)
            yield return say.Say($"Generation {generation.Key}: {say.Count(generation.Sum(c => (long)c.Collections), "collection")}, which stopped everybody for {Wording.Duration(generation.Sum(c => c.PauseNs))}; {say.Count((long)generation.Average(c => c.Goroutines), "goroutine was", "goroutines were")} alive then at the mean.");
        if (facts.Collections.Count > 0)
            yield return say.Say($"The heap had {Units(facts.Collections.Max(c => c.HeapBytes))} after a collection at most.");
        if (facts.Crowd is { } crowd && facts.MostAlive > 0)
            yield return say.Say($"Most goroutines that are alive were created at {Wording.Place(crowd.Site)}: {say.Count(crowd.Goroutines - crowd.Ended, "goroutine")}.");
        if (!facts.ArePausesExact)
            yield return say.Text("The recording lacks the runtime's own events of pauses; these are sysmon's, whose lengths are exact and whose moments are not.");
    }

    internal static string Units(long bytes) => MemoryFacts.Text(bytes);

    private static FindingTable Table(Phrases say, MemoryFacts facts) =>
        new(say.Text("The longest pauses that sysmon saw"), "pauses",
            [
                new(say.Text("at"), CellKind.Moment, "timeNs"), new(say.Text("pause"), CellKind.Duration, "pauseNs"), new(say.Text("generation"), CellKind.Count, "generation"),
                new(say.Text("heap after it"), CellKind.Bytes, "heapBytes"), new(say.Text("goroutines alive"), CellKind.Count, "goroutines"),
            ],
            [.. facts.Collections.OrderByDescending(c => c.PauseNs).Take(Shown).Select(c => (Cell[])[c.Time, c.PauseNs, c.Generation, c.HeapBytes, c.Goroutines])])
        {
            MoreRows = Math.Max(0, facts.Collections.Count - Shown),
        };
}
