namespace Gmp;

/// <summary>The stretch of code in which a goroutine has more labels, from <see cref="Goroutine.WithLabels"/>.</summary>
public readonly struct LabelScope : IDisposable, IEquatable<LabelScope>
{
    private readonly GoLabels? _before;

    internal LabelScope(GoLabels before) => _before = before;

    /// <summary>Gives the goroutine the labels that it had. On that goroutine.</summary>
    public void Dispose()
    {
        if (_before is { } before)
            Goroutine.SetLabels(before);
    }

    /// <inheritdoc/>
    public bool Equals(LabelScope other) => _before == other._before;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LabelScope other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _before?.GetHashCode() ?? 0;

    /// <summary>Whether both go back to the same labels.</summary>
    public static bool operator ==(LabelScope left, LabelScope right) => left.Equals(right);

    /// <summary>Whether they go back to different labels.</summary>
    public static bool operator !=(LabelScope left, LabelScope right) => !left.Equals(right);
}
