namespace Gmp.Analysis.Questions;

/// <summary>What the user set of <see cref="Threshold"/>s; the others have their defaults. Immutable.</summary>
public sealed class Thresholds(IReadOnlyDictionary<string, double> set)
{
    /// <summary>Nothing is set.</summary>
    public static Thresholds Default { get; } = new(new Dictionary<string, double>());

    /// <summary>The value that counts.</summary>
    public double this[Threshold threshold]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(threshold);
            return set.TryGetValue(threshold.Name, out double value) ? value : threshold.Default;
        }
    }
}
