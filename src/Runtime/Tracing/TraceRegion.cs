namespace Gmp;

/// <summary>A region of the program, from <see cref="Trace.Region"/>. Dispose it once, where it ends.</summary>
public readonly struct TraceRegion : IDisposable, IEquatable<TraceRegion>
{
    private readonly long _id;

    internal TraceRegion(long id) => _id = id;

    /// <summary>Ends the region.</summary>
    public void Dispose()
    {
        if (_id != 0)
            Trace.EndRegion(_id);
    }

    /// <inheritdoc/>
    public bool Equals(TraceRegion other) => _id == other._id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TraceRegion other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _id.GetHashCode();

    /// <summary>Whether both are the same region.</summary>
    public static bool operator ==(TraceRegion left, TraceRegion right) => left.Equals(right);

    /// <summary>Whether they are different regions.</summary>
    public static bool operator !=(TraceRegion left, TraceRegion right) => !left.Equals(right);
}
