using Gmp.Tool.Recording;
using Gmp.Tool.Sampling;

namespace Gmp.Tool.Commands;

/// <summary>How to record.</summary>
/// <param name="Output">The file, or null for the default name.</param>
/// <param name="Overwrite">An existing recording may be replaced.</param>
/// <param name="Duration">When to stop, or null for "until stopped".</param>
/// <param name="BufferMegabytes">The target's buffer.</param>
internal sealed record RecordingRequest(string? Output, bool Overwrite, TimeSpan? Duration, int BufferMegabytes)
{
    /// <summary>What is recorded beside the scheduler.</summary>
    public IReadOnlyList<ProviderSpec> Providers { get; init; } = [];

    /// <summary>Whose stacks are sampled.</summary>
    public SamplingRequest Sampling { get; init; } = SamplingRequest.None;
}
