using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// Labels of a goroutine, such as a tenant or a kind of work: they tell goroutines apart in recordings (Go: runtime/pprof's LabelSet). Immutable, so
/// thread-safe; one object can label any number of goroutines.
/// <code>Go(Serve, labels: [("tenant", "acme"), ("kind", "batch")]);</code>
/// </summary>
[CollectionBuilder(typeof(GoLabels), nameof(Of))]
[SuppressMessage("Naming", "CA1710", Justification = "It is called what it is.")]
public sealed class GoLabels : IReadOnlyList<(string Key, string Value)>
{
    private readonly (string Key, string Value)[] _labels;
    private long _id;

    /// <summary>The last generation in which a record told this set. A race tells it twice, which harms nobody.</summary>
    internal int TraceGeneration;

    private GoLabels((string Key, string Value)[] labels) => _labels = labels;

    /// <summary>No labels.</summary>
    public static GoLabels Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public (string Key, string Value) this[int index] => _labels[index];

    /// <summary>The value of a key, or null if there is none.</summary>
    public string? this[string key]
    {
        get
        {
            foreach (var (k, value) in _labels)
            {
                if (k == key)
                    return value;
            }
            return null;
        }
    }

    /// <summary>Its number in traces.</summary>
    internal long Id => Tracing.ObjectIds.Of(ref _id);

    /// <summary>Makes a set; of labels with the same key the last one counts.</summary>
    /// <exception cref="ArgumentException">A key is empty, or a key or value null.</exception>
    public static GoLabels Of(params ReadOnlySpan<(string Key, string Value)> labels)
    {
        if (labels.IsEmpty)
            return Empty;
        var set = new List<(string Key, string Value)>(labels.Length);
        foreach (var label in labels)
            Put(set, label);
        return new GoLabels([.. set]);
    }

    /// <summary>These labels and others; where both have a key, the other's value counts.</summary>
    public GoLabels With(GoLabels others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (others.Count == 0)
            return this;
        if (Count == 0)
            return others;
        var set = new List<(string Key, string Value)>(_labels);
        foreach (var label in others._labels)
            Put(set, label);
        return new GoLabels([.. set]);
    }

    /// <summary>These labels with one more, or with another value for its key.</summary>
    public GoLabels With(string key, string value) => With(Of((key, value)));

    /// <inheritdoc/>
    public IEnumerator<(string Key, string Value)> GetEnumerator() => ((IEnumerable<(string Key, string Value)>)_labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _labels.GetEnumerator();

    /// <summary><c>key=value, key=value</c>.</summary>
    public override string ToString() => string.Join(", ", _labels.Select(static l => $"{l.Key}={l.Value}"));

    private static void Put(List<(string Key, string Value)> set, (string Key, string Value) label)
    {
        if (string.IsNullOrEmpty(label.Key) || label.Value is null)
            throw new ArgumentException("A label has a key that is not empty, and a value.", nameof(label));
        int at = set.FindIndex(l => l.Key == label.Key);
        if (at < 0)
            set.Add(label);
        else
            set[at] = label;
    }
}
