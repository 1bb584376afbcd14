using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Gmp.Tests;

/// <summary>docs/go-semantics.md and the tests stay together: what the table says is held by a test, and each test holds one sentence.</summary>
public sealed partial class GoSemanticsTableTests
{
    private sealed record Row(int Number, string Sentence, string Source, string Type, string Method);

    [Fact]
    public void Every_row_names_a_test_that_exists_and_none_is_named_twice()
    {
        var rows = Rows();
        Assert.True(rows.Count >= 90, $"only {rows.Count} rows were read");
        Assert.Equal(Enumerable.Range(1, rows.Count), rows.Select(r => r.Number));
        foreach (var row in rows)
        {
            Assert.True(IsTest(row), $"row {row.Number} names {row.Type}.{row.Method}, which is no test");
            Assert.NotEqual("", row.Sentence.Trim());
            Assert.NotEqual("", row.Source.Trim());
        }
        Assert.Equal([], rows.GroupBy(r => (r.Type, r.Method)).Where(g => g.Count() > 1).Select(g => g.Key.Method));
        Assert.Equal([], rows.GroupBy(r => r.Sentence).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [Fact]
    public void Every_test_that_was_written_for_the_table_is_in_it()
    {
        var named = Rows().Select(r => (r.Type, r.Method)).ToHashSet();
        foreach (var type in (Type[])[typeof(ChannelSemanticsTests), typeof(GoroutineSemanticsTests)])
        {
            foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                Assert.True(named.Contains((type.Name, method.Name)), $"{type.Name}.{method.Name} is not in the table");
        }
    }

    private static List<Row> Rows()
    {
        var rows = new List<Row>();
        foreach (string line in File.ReadLines(Path.Combine(Root(), "docs", "go-semantics.md")))
        {
            if (!NumberedLine().IsMatch(line))
                continue;
            var match = RowLine().Match(line);
            Assert.True(match.Success, $"this row cannot be read: {line}");
            rows.Add(new Row(
                int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value, match.Groups[5].Value));
        }
        return rows;
    }

    // A theory is a fact too.
    private static bool IsTest(Row row) =>
        typeof(GoSemanticsTableTests).Assembly.GetTypes()
            .Where(t => t.Name == row.Type)
            .Select(t => t.GetMethod(row.Method))
            .Any(m => m?.GetCustomAttributes<FactAttribute>().Any() == true);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "GmpTrace.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        return folder.FullName;
    }

    [GeneratedRegex(@"^\| \d")]
    private static partial Regex NumberedLine();

    [GeneratedRegex(@"^\| (\d+) \| ([^|]+) \| ([^|]+) \| `(\w+)\.(\w+)` \|$")]
    private static partial Regex RowLine();
}
