namespace Gmp.Tool.Sampling;

/// <summary>Whose stacks a recording asks for.</summary>
/// <param name="Mode">When.</param>
/// <param name="Threshold">For <see cref="SamplingMode.Hogs"/>: how long a goroutine must have held its P.</param>
internal sealed record SamplingRequest(SamplingMode Mode, TimeSpan Threshold)
{
    /// <summary>The default threshold: what a scheduler takes for a slice where nobody set it.</summary>
    public static readonly TimeSpan DefaultThreshold = TimeSpan.FromMilliseconds(10);

    /// <summary>No stacks.</summary>
    public static SamplingRequest None { get; } = new(SamplingMode.Off, DefaultThreshold);
}

/// <summary>When stacks are taken.</summary>
internal enum SamplingMode
{
    /// <summary>Never.</summary>
    Off,

    /// <summary>When a goroutine holds its P for too long.</summary>
    Hogs,

    /// <summary>All the time.</summary>
    Throughout,
}
