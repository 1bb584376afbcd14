using System.Runtime.InteropServices;

namespace Gmp.Analysis.Model;

/// <summary>A place in the code, as a stack frame tells it. All text is from the target, so escape it.</summary>
/// <param name="Type">The full name of the type as the runtime knows it; empty where the code is nobody's.</param>
/// <param name="Method">The method's name as the runtime knows it.</param>
/// <param name="Module">The module's name without its extension; empty where it is not known.</param>
/// <param name="File">The source file as the compiler knew it; empty where there are no symbols.</param>
/// <param name="Line">The line, from 1; 0 where it is not known.</param>
public sealed record CodeFrame(string Type, string Method, string Module, string File, int Line)
{
    /// <summary>The method as its source has it: <c>Hog.Spin</c>, <c>lambda in Program.Main</c>.</summary>
    public string Name { get; } = Type.Length + Method.Length == 0 ? "code without a name" : Sampling.SourceName.Of(Type, Method);

    /// <summary><c>Program.cs:42</c>, or empty.</summary>
    public string Place => Line == 0 ? "" : new SourceSite(File, Line, "").Short;

    /// <summary>True for code that is neither the framework's nor the goroutine runtime's.</summary>
    public bool IsUser { get; } = Module.Length > 0 && !IsLibrary(Module);

    private static bool IsLibrary(string module) =>
        module is "GmpTrace.Runtime" or "GmpTrace.EventSource" or "System" or "mscorlib" or "netstandard" or "WindowsBase" or "Anonymously Hosted DynamicMethods Assembly"
        || module.StartsWith("System.", StringComparison.OrdinalIgnoreCase) || module.StartsWith("Microsoft.", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A place on a stack.</summary>
/// <param name="Frame">The index in <see cref="CpuSamples.Frames"/>.</param>
/// <param name="Caller">What called it: the index in <see cref="CpuSamples.Stacks"/>, or -1 for the thread's first frame.</param>
public readonly record struct StackNode(int Frame, int Caller);

/// <summary>A stretch in which every thread of the target was sampled. Times are ns since the trace's start.</summary>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended.</param>
/// <param name="Lost">Samples that the target dropped.</param>
public sealed record SampledPeriod(long Start, long End, long Lost);

/// <summary>What threads were doing at moments of the trace, as a sampler saw it. Empty where nobody sampled.</summary>
public sealed class CpuSamples
{
    private readonly Dictionary<long, List<(long Time, int Stack)>> _ofThread = [];

    /// <summary>The recorder would sample a goroutine that held its P for so long, ns; 0 if it sampled throughout; null if it took no samples at all.</summary>
    public long? ThresholdNs { get; internal set; }

    /// <summary>Why it could not sample, in a sentence, or empty. Not from the target.</summary>
    public string Problem { get; internal set; } = "";

    /// <summary>When it sampled, in order.</summary>
    public IReadOnlyList<SampledPeriod> Periods => PeriodList;

    /// <summary>Places in the code.</summary>
    public IReadOnlyList<CodeFrame> Frames => FrameList;

    /// <summary>Stacks as a tree of callers.</summary>
    public IReadOnlyList<StackNode> Stacks => StackList;

    /// <summary>How many samples.</summary>
    public int Count { get; private set; }

    /// <summary>How many threads they are of.</summary>
    public int Threads => _ofThread.Count;

    internal List<SampledPeriod> PeriodList { get; } = [];

    internal List<CodeFrame> FrameList { get; } = [];

    internal List<StackNode> StackList { get; } = [];

    /// <summary>The innermost places of the samples that were taken of a thread within a stretch, as indexes in <see cref="Stacks"/>. Logarithmic.</summary>
    /// <param name="thread">The operating system's id of the thread.</param>
    /// <param name="start">The first moment, ns since the trace's start.</param>
    /// <param name="end">The last moment.</param>
    public IReadOnlyList<int> Of(long thread, long start, long end)
    {
        if (!_ofThread.TryGetValue(thread, out var samples))
            return [];
        int from = IndexFrom(samples, start), to = IndexFrom(samples, end);
        while (to < samples.Count && samples[to].Time == end)
            to++;
        return from >= to ? [] : [.. samples.GetRange(from, to - from).Select(s => s.Stack)];
    }

    /// <summary>The frames of a stack, the innermost first.</summary>
    public IEnumerable<CodeFrame> FramesOf(int stack)
    {
        // Callers have lower numbers, or a damaged file could make this go round for ever.
        for (int at = stack; at >= 0 && at < StackList.Count; at = StackList[at].Caller)
            yield return FrameList[StackList[at].Frame];
    }

    /// <summary>Adds a sample. <see cref="Of"/> may be asked after <see cref="Sort"/>.</summary>
    internal void Add(long thread, long time, int stack)
    {
        ref var samples = ref CollectionsMarshal.GetValueRefOrAddDefault(_ofThread, thread, out _);
        (samples ??= []).Add((time, stack));
        Count++;
    }

    /// <summary>Nothing will be added any more.</summary>
    internal void Sort()
    {
        foreach (var samples in _ofThread.Values)
            samples.Sort(static (a, b) => a.Time.CompareTo(b.Time));
        PeriodList.Sort(static (a, b) => a.Start.CompareTo(b.Start));
    }

    private static int IndexFrom(List<(long Time, int Stack)> samples, long time)
    {
        int low = 0, high = samples.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (samples[middle].Time >= time)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
