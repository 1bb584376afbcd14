using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using Gmp.Analysis.Sampling;

namespace Gmp.Analysis.Tests.Sampling;

/// <summary>From a place in machine code to a line, with this assembly's own symbols.</summary>
public class LineTests
{
    /// <summary>The line of the first statement of <see cref="Computes"/>, four below this one.</summary>
    internal static int ComputesLine { get; } = Line() + 4;

    internal static int Computes(int rounds)
    {
        int sum = rounds * 3;
        for (int i = 0; i < rounds; i++)
            sum += i;
        return sum;
    }

    internal static string Assembly => typeof(LineTests).Assembly.Location;

    internal static int TokenOf(string method) =>
        typeof(LineTests).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MetadataToken;

    /// <summary>The id by which the assembly names its symbols.</summary>
    internal static Guid SymbolsId()
    {
        using var image = new PEReader(File.OpenRead(Assembly));
        return image.ReadDebugDirectory().Where(d => d.Type == DebugDirectoryEntryType.CodeView).Select(d => image.ReadCodeViewDebugDirectoryData(d).Guid).First();
    }

    [Fact]
    public void The_line_of_an_instruction_is_that_of_the_statement_before_it()
    {
        using var symbols = ModuleSymbols.Load(Assembly, SymbolsId());
        Assert.True(symbols.HasLines);
        var first = symbols.LineOf(TokenOf(nameof(Computes)), 0);
        Assert.NotNull(first);
        Assert.EndsWith("LineTests.cs", first.Value.File, StringComparison.Ordinal);
        Assert.InRange(first.Value.Line, ComputesLine - 1, ComputesLine);   // unoptimized code begins with the brace
        // Behind the last instruction: the last statement, or the brace that ends an unoptimized method.
        Assert.InRange(symbols.LineOf(TokenOf(nameof(Computes)), 1000)!.Value.Line, ComputesLine + 3, ComputesLine + 4);
        Assert.Null(symbols.LineOf(0x0600_FFFF, 0));
        Assert.Null(symbols.LineOf(0, 0));
        Assert.Null(symbols.LineOf(TokenOf(nameof(Computes)), -1));
    }

    [Fact]
    public void Another_build_s_symbols_are_not_believed()
    {
        using var symbols = ModuleSymbols.Load(Assembly, Guid.NewGuid());
        Assert.False(symbols.HasLines);
        Assert.Null(symbols.LineOf(TokenOf(nameof(Computes)), 0));
    }

    [Fact]
    public void Files_that_are_none_give_no_lines_and_no_exception()
    {
        string path = Path.Combine(Path.GetTempPath(), $"gmp-lines-{Guid.NewGuid():N}.dll");
        try
        {
            Assert.False(ModuleSymbols.Load(path, Guid.Empty).HasLines);
            File.WriteAllText(path, "no module at all");
            Assert.False(ModuleSymbols.Load(path, Guid.Empty).HasLines);
            Assert.False(ModuleSymbols.Load(Path.GetTempPath(), Guid.Empty).HasLines);
            Assert.False(ModuleSymbols.Load("", Guid.Empty).HasLines);
            // Whole in its head and damaged behind it.
            byte[] bytes = File.ReadAllBytes(Assembly);
            var random = new Random(7);
            for (int round = 0; round < 50; round++)
            {
                byte[] damaged = [.. bytes];
                for (int i = 0; i < 200; i++)
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                File.WriteAllBytes(path, damaged);
                using var symbols = ModuleSymbols.Load(path, Guid.Empty);
                symbols.LineOf(TokenOf(nameof(Computes)), 0);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(0, -1)]    // the prologue has none
    [InlineData(4, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 7)]
    [InlineData(19, 7)]
    [InlineData(20, 9)]    // of two that begin here the later
    [InlineData(35, 9)]    // the epilogue has none: what stands before it speaks
    public void A_map_s_entry_speaks_up_to_the_next(int native, int il)
    {
        // Not in order, as optimized code has it; -2 is the prologue, -3 the epilogue.
        var map = ILMap.Of([7, -2, 0, 8, 9, -3], [10, 0, 4, 20, 20, 30]);
        Assert.Equal(il, map.ILOffset(native));
    }

    private static int Line([CallerLineNumber] int line = 0) => line;
}
