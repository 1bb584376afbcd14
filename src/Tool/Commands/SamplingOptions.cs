using System.CommandLine;
using Gmp.Tool.Sampling;

namespace Gmp.Tool.Commands;

/// <summary>The options that say whose stacks a recording asks for.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<TimeSpan?> _threshold = TimeOption.Create("--hog-threshold",
        $"How long a goroutine must hold its P until its stack is sampled. Default: {SamplingRequest.DefaultThreshold.TotalMilliseconds:0}ms.");

    private readonly Option<bool> _noHogStacks = new("--no-hog-stacks") { Description = "Sample no stacks at all." };

    private readonly Option<bool> _cpu = new("--cpu") { Description = "Sample the stacks of all goroutines throughout. It slows the target down." };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_cpu);
        command.Options.Add(_threshold);
        command.Options.Add(_noHogStacks);
    }

    /// <summary>What they say.</summary>
    /// <exception cref="ToolFailure">They contradict each other.</exception>
    public SamplingRequest Read(ParseResult parsed)
    {
        var threshold = parsed.GetValue(_threshold);
        bool cpu = parsed.GetValue(_cpu), none = parsed.GetValue(_noHogStacks);
        if ((cpu && none) || (threshold is not null && (cpu || none)))
            throw new ToolFailure(ExitCode.ArgumentError, "Give one of --cpu, --hog-threshold and --no-hog-stacks.");
        var mode = none ? SamplingMode.Off : cpu ? SamplingMode.Throughout : SamplingMode.Hogs;
        return new SamplingRequest(mode, threshold ?? SamplingRequest.DefaultThreshold);
    }
}
