using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests;

/// <summary>
/// Small text traces, each with the model and the findings that it must give (below the line <c>---</c>). Each is also read as single
/// events, and byte by byte: the form and the pace must not matter.
/// </summary>
public class GoldenTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Names => [.. Directory.GetFiles(s_folder, "*.trace").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_the_portrait_that_was_written_down(string name)
    {
        var (records, expected) = Read(name);
        var trace = TraceFile.Load(new MemoryStream(TextTrace.Record(records).ToArray()));
        Invariants.Check(trace);
        Assert.Equal(expected, Portrait.Of(trace));
    }

    /// <summary>Single events are not gathered in batches, so none are lost together, and no mark says what was flushed.</summary>
    public static TheoryData<string> NamesWithoutBatchCommands => [.. Names.Select(n => n.Data).Where(n =>
        !Read(n).Records.Any(r => r.StartsWith("loss", StringComparison.Ordinal) || r.StartsWith("mark", StringComparison.Ordinal)))];

    [Theory]
    [MemberData(nameof(NamesWithoutBatchCommands))]
    public void Reads_the_same_from_single_events(string name)
    {
        var (records, expected) = Read(name);
        var trace = TraceFile.Load(new MemoryStream(TextTrace.Record(records, asTransitions: true).ToArray()));
        Assert.True(trace.Info.FromTransitions);
        Assert.Equal(expected, Portrait.Of(trace));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_the_same_byte_by_byte(string name)
    {
        var (records, expected) = Read(name);
        byte[] bytes = TextTrace.Record(records).ToArray();
        var ingest = new TraceIngest();
        foreach (byte b in bytes)
        {
            ingest.Reader.Space(1)[0] = b;
            ingest.Reader.Fill(1);
            ingest.Advance();
        }
        ingest.Complete();
        Assert.Equal(expected, Portrait.Of(new LoadedTrace(ingest.Model, ingest.Info)));
    }

    /// <summary>The records of a golden trace.</summary>
    internal static string[] Records(string name) => Read(name).Records;

    private static (string[] Records, string Expected) Read(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(s_folder, name + ".trace"));
        int line = Array.IndexOf(lines, "---");
        return line < 0 ? (lines, "") : (lines[..line], string.Concat(lines[(line + 1)..].Select(l => l + "\n")));
    }
}
