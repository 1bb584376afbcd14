using Gmp.Tool.Recording;
using Gmp.Tool.Stdio;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Commands;

/// <summary>What every verb works with.</summary>
/// <param name="Stdio">The standard streams.</param>
/// <param name="Processes">The process table.</param>
internal sealed record ToolContext(IStdio Stdio, IProcessTable Processes)
{
    /// <summary>Finds targets.</summary>
    public TargetResolver Resolver { get; } = new(Processes);

    /// <summary>Opens sessions.</summary>
    public SessionOpening Sessions => new(Resolver, Processes);
}
