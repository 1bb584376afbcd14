using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Nettrace;

namespace Gmp.Analysis.Sampling;

/// <summary>
/// Reads the stream of an EventPipe session of the runtime's sample profiler, piece by piece: stacks as they come, and at the session's end the
/// rundown, by which the runtime tells where the code of each method is.
/// </summary>
/// <remarks>One thread at a time. Equal stacks are kept once, so that a thread that does the same all the time costs 32 bytes a sample.</remarks>
public sealed class SampleSession
{
    /// <summary>The provider that takes the samples.</summary>
    public const string SamplerName = "Microsoft-DotNETCore-SampleProfiler";

    /// <summary>The runtime's names of methods and modules, its maps from machine code to IL, jitted and precompiled code alike.</summary>
    public const long RundownKeywords = Loader | Jit | Precompiled | AtEnd | ILMaps;

    private const long Loader = 0x8, Jit = 0x10, Precompiled = 0x20, AtEnd = 0x100, ILMaps = 0x20000;

    private readonly NettraceReader _reader;
    private readonly Intake _intake = new();

    /// <summary>Makes one that has read nothing.</summary>
    public SampleSession() => _reader = new NettraceReader(_intake);

    /// <summary>How many samples came.</summary>
    public int Count => _intake.Samples.Count;

    /// <summary>Samples that the target dropped, since its buffer was full; at least so many.</summary>
    public long Lost => _reader.EventsLost;

    /// <summary>Takes the next bytes of the stream.</summary>
    /// <exception cref="TraceFormatException">They are not a nettrace that can be read while it is written.</exception>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_reader.Space(bytes.Length));
        _reader.Fill(bytes.Length);
    }

    /// <summary>When the first sample was taken, in ticks of the target's clock; 0 if there is none.</summary>
    public long FirstTicks => _intake.Samples.Count == 0 ? 0 : _intake.Samples[0].Ticks;

    /// <summary>When the last sample was taken; 0 if there is none.</summary>
    public long LastTicks => _intake.Samples.Count == 0 ? 0 : _intake.Samples[^1].Ticks;

    /// <summary>How many samples of a thread were taken within a stretch of time. Logarithmic.</summary>
    /// <param name="thread">The operating system's id of the thread.</param>
    /// <param name="start">The first moment, in ticks of the target's clock.</param>
    /// <param name="end">The last moment.</param>
    public int CountOf(long thread, long start, long end)
    {
        if (!_intake.TicksOf.TryGetValue(thread, out var ticks))
            return 0;
        int from = ticks.BinarySearch(start), to = ticks.BinarySearch(end);
        return Math.Max(0, (to < 0 ? ~to : to + 1) - (from < 0 ? ~from : from));
    }

    /// <summary>True once the runtime has told where its code is.</summary>
    public bool HasNames => _intake.Methods.Count > 0;

    internal IReadOnlyList<RawSample> Samples => _intake.Samples;

    /// <summary>The addresses of each stack, the innermost first.</summary>
    internal IReadOnlyList<ulong[]> Stacks => _intake.Stacks;

    internal MethodTable Methods => _intake.Methods;

    internal IReadOnlyDictionary<ulong, LoadedModule> Modules => _intake.Modules;

    /// <summary>A thread's stack at a moment.</summary>
    internal readonly record struct RawSample(long Ticks, long Thread, int Stack);

    /// <summary>A module of the target.</summary>
    /// <param name="Path">Its file, as the target sees it.</param>
    /// <param name="Symbols">The id of the symbols that were built with it; empty where it does not say.</param>
    internal sealed record LoadedModule(string Path, Guid Symbols);

    private sealed class Intake : INettraceSink
    {
        private const string RundownName = "Microsoft-Windows-DotNETRuntimeRundown";
        private const int MethodEnd = 144, MapEnd = 150, ModuleEnd = 154;
        private const int MostChars = 8 * 1024;
        private const int MostStackBytes = 64 * 1024;

        private readonly Dictionary<int, int> _numbers = [];
        private readonly Dictionary<StackKey, int> _known = [];
        private (ulong Method, ILMap Map)? _lastMap;

        public List<RawSample> Samples { get; } = [];

        public Dictionary<long, List<long>> TicksOf { get; } = [];

        public List<ulong[]> Stacks { get; } = [];

        public MethodTable Methods { get; } = new();

        public Dictionary<ulong, LoadedModule> Modules { get; } = [];

        public void OnTrace(in NettraceHeader header)
        {
        }

        public void OnSortedUpTo(long timestamp)
        {
        }

        public void OnStacks(int first, int count, ReadOnlySpan<byte> stacks)
        {
            var walk = new ByteWalker(stacks);
            for (int i = 0; i < count && walk.Int32(out int bytes) && bytes <= MostStackBytes && walk.Take(bytes, out var stack); i++)
                _numbers[first + i] = Intern(stack);
        }

        public void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload)
        {
            if (e.Type?.Provider == SamplerName)
            {
                if (!_numbers.TryGetValue(e.Stack, out int stack))
                    return;
                Samples.Add(new RawSample(e.Timestamp, e.Thread, stack));
                ref var ticks = ref CollectionsMarshal.GetValueRefOrAddDefault(TicksOf, e.Thread, out _);
                ticks ??= [];
                // One sampler writes them all, in order; damage must not break the search.
                if (ticks.Count == 0 || ticks[^1] <= e.Timestamp)
                    ticks.Add(e.Timestamp);
            }
            else if (e.Type?.Provider == RundownName)
            {
                switch (e.Type.Id)
                {
                    case MethodEnd:
                        OnMethod(payload);
                        break;
                    case MapEnd:
                        OnMap(payload);
                        break;
                    case ModuleEnd:
                        OnModule(payload);
                        break;
                }
            }
        }

        // Addresses are 8 bytes, or 4 in a 32-bit target, which runs no goroutines.
        private int Intern(ReadOnlySpan<byte> stack)
        {
            var addresses = new ulong[stack.Length / sizeof(ulong)];
            for (int i = 0; i < addresses.Length; i++)
                addresses[i] = BinaryPrimitives.ReadUInt64LittleEndian(stack[(i * sizeof(ulong))..]);
            ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, new StackKey(addresses), out bool known);
            if (!known)
            {
                number = Stacks.Count;
                Stacks.Add(addresses);
            }
            return number;
        }

        // The map of a piece of code comes right before its method: pieces of one method share its id, so the order is all that tells them apart.
        private void OnMap(ReadOnlySpan<byte> payload)
        {
            _lastMap = null;
            var walk = new ByteWalker(payload);
            if (!walk.Int64(out long method) || !walk.Skip(sizeof(long) + 1) || !walk.Int16(out short signedCount))
                return;
            int count = (ushort)signedCount;
            if (!walk.Take(count * sizeof(int), out var il) || !walk.Take(count * sizeof(int), out var native))
                return;
            _lastMap = ((ulong)method, ILMap.Of(MemoryMarshal.Cast<byte, int>(il), MemoryMarshal.Cast<byte, int>(native)));
        }

        private void OnMethod(ReadOnlySpan<byte> payload)
        {
            var walk = new ByteWalker(payload);
            if (walk.Int64(out long id) && walk.Int64(out long module) && walk.Int64(out long start) && walk.Int32(out int size) && walk.Int32(out int token)
                && walk.Skip(sizeof(int)) && walk.Utf16(MostChars, out string type) && walk.Utf16(MostChars, out string name))
            {
                var map = _lastMap is { } last && last.Method == (ulong)id ? last.Map : null;
                Methods.Add(new MethodCode((ulong)start, (uint)size, (ulong)module, token, type, name, map));
            }
            _lastMap = null;
        }

        private void OnModule(ReadOnlySpan<byte> payload)
        {
            var walk = new ByteWalker(payload);
            if (!walk.Int64(out long id) || !walk.Skip(sizeof(long) + (2 * sizeof(int))) || !walk.Utf16(MostChars, out string path) || !walk.Utf16(MostChars, out _))
                return;
            Guid symbols = walk.Skip(sizeof(short)) && walk.Take(16, out var guid) ? new Guid(guid) : Guid.Empty;
            Modules[(ulong)id] = new LoadedModule(path, symbols);
        }
    }

    private readonly record struct StackKey(ulong[] Addresses)
    {
        public bool Equals(StackKey other) => Addresses.AsSpan().SequenceEqual(other.Addresses);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(Addresses.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
