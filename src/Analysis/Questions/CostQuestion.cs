using Gmp.Analysis.Language;
using Gmp.Analysis.Questions.Hosts;
using Gmp.Analysis.Questions.Memory;
using Gmp.Analysis.Questions.Scheduling;
using Gmp.Analysis.Questions.Waiting;

namespace Gmp.Analysis.Questions;

/// <summary>GMP401: what did goroutines cost beside threads? Memory and switches as the trace measured them. Judges nothing.</summary>
public sealed class CostQuestion : Question
{
    /// <summary>What a thread takes at least on 64-bit Linux: 16 KB of stack in the kernel, and two pages of its own.</summary>
    private const long ThreadBytes = 24 << 10;

    /// <summary>What .NET reserves for a thread's stack on Linux, in addresses: 1.5 MB, as on most systems a MB or more.</summary>
    private const long ThreadStackBytes = 3 << 19;

    /// <inheritdoc/>
    public override string Id => "GMP401";

    /// <inheritdoc/>
    public override string Text => "What did goroutines cost beside threads?";

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        var totals = new SchedulerTotals(model);
        if (totals.Starts == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("No goroutine began to run while this was recorded."));
        var facts = context.Shared(c => MemoryFacts.Of(c.Model));
        var scan = context.Shared(c => ProcessorScan.Of(c.Model));
        int threads = totals.Machines.Count();
        // A thread tells only that it is awake. How long the system took to wake it is what goroutines waited for while a P was idle.
        var wakes = context.Shared(c => WaitSearch.Run(c.Trace, c.Shared(h => HostUse.Of(h.Model)))).Wakes;
        long wakeNs = wakes.Median;
        string memory = facts.BytesEach is { } each
            ? say.Say($"each takes {MemoryFacts.Text((long)each)} of the heap with all that it keeps alive")
            : say.Text("what one of them takes this trace cannot tell, since their number hardly changed between collections");
        string switches = scan.Switches.Count == 0 ? "" : " " + (wakes.Count == 0
            ? say.Say($"A switch from one to the next took {Wording.Duration(scan.Switches.Median)} at the median.")
            : say.Say($"A switch from one to the next took {Wording.Duration(scan.Switches.Median)} at the median; a goroutine that had to wait for a thread to be woken waited {Wording.Duration(wakeNs)} at the median."));
        return Answer(context, Severity.Ok, 0,
            say.Say($"At most {say.Count(facts.MostAlive, "goroutine was", "goroutines were")} alive, on {say.Count(threads, "thread")}; {memory}.") + switches) with
        {
            Evidence = [.. Evidence(context, facts, scan, totals)],
            Why = say.Text("A goroutine is an object with the state that it needs behind its await, and a switch is a call. A thread has a stack of its own, in the process and in the kernel, and to go on with another one the kernel must save one and load the other."),
            Confidence = context.Info.HasLosses ? Confidence.Low : Confidence.Medium,
            Tables = [Table(say, facts, scan, threads, wakeNs)],
        };
    }

    private static IEnumerable<string> Evidence(QuestionContext context, MemoryFacts facts, ProcessorScan scan, SchedulerTotals totals)
    {
        var (say, host) = (context.Phrases, context.Model.Host);
        yield return say.Say($"As threads they would have {MemoryFacts.Text(facts.MostAlive * ThreadStackBytes)} of addresses reserved for stacks, at 1.5 MB each, and take {MemoryFacts.Text(facts.MostAlive * ThreadBytes)} of memory at least: 16 KB of stack in the kernel and two pages of its own for each.");
        var sets = host.Facts.Where(f => f.WorkingSetBytes >= 0).ToList();
        if (sets.Count > 0)
            yield return say.Say($"The process had {MemoryFacts.Text(sets.Max(f => f.WorkingSetBytes))} in memory at most, for everything, and {say.Count(sets.Max(f => (long)f.Threads), "thread")}.");
        if (facts.Collections.Count > 0 && facts.MostAlive > 0)
        {
            long heap = facts.Collections.Min(c => c.HeapBytes);
            yield return say.Say($"The heap had {MemoryFacts.Text(heap)} after a collection at least and {MemoryFacts.Text(facts.Collections.Max(c => c.HeapBytes))} at most.");
        }
        yield return say.Say($"{say.Count(totals.Created, "goroutine")} were created and {say.Count(totals.Ended, "goroutine")} ended; {say.Count(totals.Machines.Count(m => m.StartedInTrace), "thread")} began.");
        if (scan.Switches.Count > 0)
            yield return say.Say($"Between two goroutines that ran on a P one behind the other there were {Wording.Duration(scan.Switches.Median)} at the median, of {say.Count(scan.Switches.Count, "switch", "switches")}; times are read once a switch and to the clock's own grain.");
    }

    private static FindingTable Table(Phrases say, MemoryFacts facts, ProcessorScan scan, int threads, long wakeNs) =>
        new(say.Text("Goroutines beside threads"), "costs",
            [new(say.Text("what"), CellKind.Text, "kind"), new(say.Text("how many"), CellKind.Count, "count"), new(say.Text("memory each"), CellKind.Bytes, "bytesEach"), new(say.Text("switch or wake"), CellKind.Duration, "switchNs")],
            [
                [say.Text("goroutines"), facts.MostAlive, facts.BytesEach is { } each ? (Cell)(long)each : default, scan.Switches.Count == 0 ? default : (Cell)scan.Switches.Median],
                [say.Text("threads"), threads, ThreadBytes, wakeNs == 0 ? default : (Cell)wakeNs],
            ]);
}
