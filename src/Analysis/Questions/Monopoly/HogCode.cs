using Gmp.Analysis.Language;
using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions.Monopoly;

/// <summary>Finds out what code hogs ran: which samples were taken of their threads while they ran, and where in the user's code those are.</summary>
/// <remarks>
/// The leaf that counts is the innermost frame of the user's: a loop that reads the clock is to blame for it, and the clock is not. A sample in nobody's
/// code the user wrote (a framework's own goroutine) counts for the innermost frame that is not the goroutine runtime's.
/// </remarks>
internal static class HogCode
{
    private const int MostFrames = 256;

    /// <summary>What the leaf calls where the sampler stopped the thread at one of the places that the JIT made for that.</summary>
    public const string Poll = "a poll of the garbage collector";

    /// <summary>A stack, looked at: the user's innermost frame, what that calls, and the user's frames that lead there, the innermost first.</summary>
    private sealed record Seen(CodeFrame Leaf, string Calls, CodeFrame[] Path);

    /// <summary>The code of a group's slices.</summary>
    public static CodeProfile Of(LoadedTrace trace, HogGroup group, Phrases say)
    {
        var model = trace.Model;
        var counts = new Dictionary<int, int>();
        int samples = 0, slices = 0;
        foreach (var hog in group.Slices)
        {
            var slice = hog.Slice;
            if (model.ThreadOf(slice.Scheduler, slice.Machine) is not long thread)
                continue;
            var stacks = model.Samples.Of(thread, slice.Start, slice.End);
            slices += stacks.Count > 0 ? 1 : 0;
            samples += stacks.Count;
            foreach (int stack in stacks)
                counts[stack] = counts.GetValueOrDefault(stack) + 1;
        }
        var seen = counts.Select(c => (Seen: Look(model.Samples, c.Key), Count: c.Value)).ToList();
        // The JIT puts a poll where it likes, mostly behind the method's end, and its line is then that of whatever stands before it.
        var sure = seen.Where(s => s.Seen is { Calls: not Poll, Leaf.Line: > 0 }).Select(s => (s.Seen.Leaf.Type, s.Seen.Leaf.Method)).ToHashSet();
        return new CodeProfile
        {
            Samples = samples,
            Slices = slices,
            Lines = [.. seen.GroupBy(s => s.Seen.Calls == Poll && sure.Contains((s.Seen.Leaf.Type, s.Seen.Leaf.Method)) ? s.Seen.Leaf with { File = "", Line = 0 } : s.Seen.Leaf)
                .Select(line => Share(line.Key, [.. line], samples))
                .OrderByDescending(l => l.Samples).ThenBy(l => l.Frame.Name, StringComparer.Ordinal).ThenBy(l => l.Frame.Line)],
            Missing = samples > 0 ? "" : Missing(model.Samples, group, say),
        };
    }

    private static Seen Look(CpuSamples samples, int stack)
    {
        var frames = samples.FramesOf(stack).Take(MostFrames).ToArray();
        int leaf = Math.Max(0, Array.FindIndex(frames, f => f.IsUser));
        var called = leaf == 0 ? null : frames[leaf - 1];
        string calls = called is null ? "" : called is { Type: "System.Threading.Thread" } && called.Method.Contains("PollGC", StringComparison.Ordinal) ? Poll : called.Name;
        return new Seen(frames[leaf], calls, [.. frames.Where((f, i) => i == leaf || f.IsUser)]);
    }

    private static CodeShare Share(CodeFrame line, List<(Seen Seen, int Count)> stacks, int all)
    {
        int count = stacks.Sum(s => s.Count);
        string calls = stacks.GroupBy(s => s.Seen.Calls).MaxBy(c => c.Sum(s => s.Count))!.Key;
        var path = stacks.MaxBy(s => s.Count).Seen.Path;
        return new CodeShare(line, count, (double)count / all, calls, [.. path.Skip(1).Reverse(), line]);
    }

    private static string Missing(CpuSamples samples, HogGroup group, Phrases say)
    {
        if (samples.ThresholdNs is not long threshold)
            return say.Text("This recording has no stacks: `dotnet gmp-trace` takes them when it sees a hog, unless --no-hog-stacks forbids it; `--cpu` samples throughout.");
        if (samples.Problem.Length > 0)
            return say.Say($"The target's stacks were not sampled: {samples.Problem}.");
        if (threshold > 0 && group.Longest.Slice.RunNs < threshold)
            return say.Say($"Its stack was not sampled: no slice took the {Wording.Duration(threshold)} of --hog-threshold; `--cpu` samples throughout.");
        return threshold == 0
            ? say.Text("Its stack was not sampled, though the recording sampled throughout: the sampler had no CPU, or the target dropped the samples.")
            : say.Text("Its stack was not sampled: it was over before the recorder, which sees a hog up to 150 ms late, could look, and did not come again while it looked; `--cpu` samples throughout.");
    }
}
