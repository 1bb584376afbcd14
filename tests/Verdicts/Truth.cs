using System.Globalization;

namespace Gmp.Verdicts;

/// <summary>What a sample measured of itself: its lines <c>truth KIND key=value ...</c>, of each kind the last.</summary>
internal sealed class Truth
{
    private readonly Dictionary<string, Dictionary<string, string>> _kinds = [];

    /// <summary>Reads what a sample printed.</summary>
    public Truth(string output)
    {
        foreach (string line in output.Split('\n').Where(l => l.StartsWith("truth ", StringComparison.Ordinal)))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            _kinds[words[1]] = words.Skip(2).Select(w => w.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
        }
    }

    /// <summary>True if the sample printed its figures: it came to its end.</summary>
    public bool IsComplete => _kinds.Count > 0;

    /// <summary>A number, or null.</summary>
    public double? this[string kind, string key] =>
        _kinds.TryGetValue(kind, out var values) && values.TryGetValue(key, out string? text) && double.TryParse(text, CultureInfo.InvariantCulture, out double value) ? value : null;
}
