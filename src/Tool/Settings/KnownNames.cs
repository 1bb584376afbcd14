using Gmp.Analysis.Questions;

namespace Gmp.Tool.Settings;

/// <summary>The names that settings may use.</summary>
internal static class KnownNames
{
    /// <summary>Every question, the one about a baseline too.</summary>
    public static IReadOnlyList<Question> Questions { get; } = [.. Analyzer.Questions, new RegressionQuestion(null, "", [])];

    /// <summary>The ids of findings.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. Questions.Select(q => q.Id)];

    /// <summary>The thresholds by name.</summary>
    public static IReadOnlyDictionary<string, Threshold> Thresholds { get; } = Questions.SelectMany(q => q.Thresholds).ToDictionary(t => t.Name);

    /// <summary>What is wrong with a threshold's value, or null.</summary>
    public static string? ComplaintOf(string name, double value)
    {
        if (!Thresholds.ContainsKey(name))
        {
            string id = name.Split('.')[0];
            string[] own = [.. Thresholds.Keys.Where(t => t.StartsWith(id + ".", StringComparison.OrdinalIgnoreCase))];
            return $"'{name}' is no threshold: " + (own.Length > 0 ? $"{own[0].Split('.')[0]} has {string.Join(", ", own)}"
                : Ids.Contains(id) ? $"{id} has none" : "`dotnet gmp-trace explain --thresholds` lists them");
        }
        return double.IsFinite(value) && value >= 0 ? null : $"{name} takes a number from 0 on";
    }
}
