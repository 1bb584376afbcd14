using System.Runtime.InteropServices;
using Gmp.Analysis.Model;

namespace Gmp.Analysis.Sampling;

/// <summary>
/// The samples of a recording, with their addresses turned into methods and lines. That is done while the target is there to tell, so that the file
/// needs neither the target's modules nor their symbols later, and none of its addresses.
/// </summary>
/// <remarks>One thread at a time.</remarks>
public sealed class SampleLog : IDisposable
{
    /// <summary>More samples than anybody looks at: an hour of 8 threads at work. They take 64 MB here and 100 in the file.</summary>
    public const int MostSamples = 4_000_000;

    private const int FormatVersion = 1;

    private readonly Func<string, IEnumerable<string>> _files;
    private readonly Dictionary<(string Path, Guid Id), ModuleSymbols> _symbols = [];
    private readonly List<CodeFrame> _frames = [];
    private readonly Dictionary<CodeFrame, int> _frameNumbers = [];
    private readonly List<StackNode> _stacks = [];
    private readonly Dictionary<StackNode, int> _stackNumbers = [];
    private readonly List<(long Ticks, long Thread, int Stack)> _samples = [];
    private readonly List<(long Start, long End, long Lost)> _periods = [];
    private long _lastTicks = long.MinValue;

    /// <summary>Makes an empty one.</summary>
    /// <param name="files">Where a module's file may be found, given its path as the target has it; the likeliest first.</param>
    public SampleLog(Func<string, IEnumerable<string>> files) => _files = files;

    /// <summary>How many samples it has.</summary>
    public int Count => _samples.Count;

    /// <summary>How many periods were sampled.</summary>
    public int Periods => _periods.Count;

    /// <summary>Nothing more is taken.</summary>
    public bool IsFull => _samples.Count >= MostSamples;

    /// <summary>Takes over what a session that has ended sampled of code of the user's.</summary>
    /// <param name="session">The session, with its rundown.</param>
    /// <param name="start">When it began, in ticks of the target's clock.</param>
    /// <param name="end">When it ended.</param>
    /// <param name="isWanted">Which threads count, by the operating system's id.</param>
    /// <returns>How many samples were taken over.</returns>
    public int Add(SampleSession session, long start, long end, Predicate<long> isWanted)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(isWanted);
        var resolved = new int?[session.Stacks.Count];
        var addresses = new Dictionary<(ulong, bool), int>();
        long after = _lastTicks;
        int before = _samples.Count;
        foreach (var sample in session.Samples)
        {
            // Two sessions that overlap tell the same samples.
            if (sample.Ticks <= after || IsFull || !isWanted(sample.Thread))
                continue;
            int stack = resolved[sample.Stack] ??= Resolve(session, session.Stacks[sample.Stack], addresses);
            _lastTicks = Math.Max(_lastTicks, sample.Ticks);
            if (stack >= 0)
                _samples.Add((sample.Ticks, sample.Thread, stack));
        }
        _periods.Add((start, end, session.Lost));
        return _samples.Count - before;
    }

    /// <summary>Writes everything as nettrace objects.</summary>
    /// <param name="file">The file, at the end of its objects.</param>
    /// <param name="now">A moment after the last event of the file, in ticks of the target's clock.</param>
    /// <param name="thresholdNs">From how long on a goroutine was sampled, ns; 0 for throughout.</param>
    /// <param name="problem">Why not, in a sentence, or empty.</param>
    public void WriteTo(Stream file, long now, long thresholdNs, string problem)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problem);
        var to = new SampleBlockWriter(file, now);
        to.Begin(SampleEvents.SettingsId).Int(FormatVersion).Long(thresholdNs).Text(problem).End();
        foreach (var (start, end, lost) in _periods)
            to.Begin(SampleEvents.PeriodId).Long(start).Long(end).Long(lost).End();
        for (int i = 0; i < _frames.Count; i++)
        {
            var frame = _frames[i];
            to.Begin(SampleEvents.FrameId).Int(i).Int(frame.Line).Text(frame.Type).Text(frame.Method).Text(frame.Module).Text(frame.File).End();
        }
        for (int i = 0; i < _stacks.Count; i++)
            to.Begin(SampleEvents.StackId).Int(i).Int(_stacks[i].Frame).Int(_stacks[i].Caller).End();
        foreach (var (ticks, thread, stack) in _samples)
            to.Begin(SampleEvents.SampleId).Long(ticks).Long(thread).Int(stack).End();
        to.Flush();
    }

    /// <summary>Closes the files of symbols.</summary>
    public void Dispose()
    {
        foreach (var symbols in _symbols.Values)
            symbols.Dispose();
        _symbols.Clear();
    }

    // The number of the stack's innermost place, or -1 if no code of the user's is on it: a thread that waits for work, or one of the framework's.
    private int Resolve(SampleSession session, ulong[] stack, Dictionary<(ulong, bool), int> addresses)
    {
        var frames = new int[stack.Length];
        bool isUsers = false;
        for (int i = 0; i < stack.Length; i++)
        {
            // All but the innermost are return addresses, which may be those of the next line or of no line at all: the call stands before them.
            var key = (stack[i], i == 0);
            if (!addresses.TryGetValue(key, out frames[i]))
                addresses[key] = frames[i] = NumberOf(FrameAt(session, i == 0 || stack[i] == 0 ? stack[i] : stack[i] - 1));
            isUsers |= _frames[frames[i]].IsUser;
        }
        if (!isUsers)
            return -1;
        int node = -1;
        for (int i = stack.Length - 1; i >= 0; i--)
        {
            var next = new StackNode(frames[i], node);
            ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_stackNumbers, next, out bool known);
            if (!known)
            {
                number = _stacks.Count;
                _stacks.Add(next);
            }
            node = number;
        }
        return node;
    }

    private int NumberOf(CodeFrame frame)
    {
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_frameNumbers, frame, out bool known);
        if (!known)
        {
            number = _frames.Count;
            _frames.Add(frame);
        }
        return number;
    }

    private CodeFrame FrameAt(SampleSession session, ulong address)
    {
        if (session.Methods.Find(address) is not { } method)
            return new CodeFrame("", "", "", "", 0);
        var module = session.Modules.GetValueOrDefault(method.Module);
        string path = module?.Path ?? "";
        string name = Path.GetFileNameWithoutExtension(path[(path.LastIndexOfAny(['/', '\\']) + 1)..]);
        var frame = new CodeFrame(method.Type, method.Name, name, "", 0);
        // Lines of the framework help nobody here, and its symbols are large.
        if (!frame.IsUser || method.Map is null)
            return frame;
        int offset = method.Map.ILOffset((int)(address - method.Start));
        return SymbolsOf(path, module!.Symbols).LineOf(method.Token, offset) is { } line ? frame with { File = line.File, Line = line.Line } : frame;
    }

    private ModuleSymbols SymbolsOf(string path, Guid id)
    {
        if (_symbols.TryGetValue((path, id), out var known))
            return known;
        ModuleSymbols? found = null;
        foreach (string file in _files(path))
        {
            found?.Dispose();
            found = ModuleSymbols.Load(file, id);
            if (found.HasLines)
                break;
        }
        return _symbols[(path, id)] = found ?? ModuleSymbols.Load("", id);
    }
}
