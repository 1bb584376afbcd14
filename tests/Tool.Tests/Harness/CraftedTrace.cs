using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Tests.Harness;

/// <summary>Traces from text, as the analysis's own tests have them.</summary>
internal static class CraftedTrace
{
    /// <summary>The golden traces of the analysis by name.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Golden", "Traces"), "*.trace").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()];

    /// <summary>The bytes of a trace that is written as text.</summary>
    public static byte[] Bytes(IEnumerable<string> lines) => TextTrace.Record(lines).ToArray();

    /// <summary>A golden trace, read.</summary>
    public static LoadedTrace Load(string name) => Load(Lines(name));

    /// <summary>A trace that is written as text, read.</summary>
    public static LoadedTrace Load(IEnumerable<string> lines) => TraceFile.Load(new MemoryStream(Bytes(lines)));

    /// <summary>The records of a golden trace.</summary>
    public static IEnumerable<string> Lines(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", "Traces", name + ".trace")).TakeWhile(l => l != "---");
}
