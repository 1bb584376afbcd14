using System.CommandLine;
using Gmp.Tool.Recording;
using Gmp.Tool.Sampling;

namespace Gmp.Tool.Commands;

/// <summary>The options of every verb that records.</summary>
internal sealed class RecordingOptions
{
    // The runtime takes at most 4 GB; it commits only what waits to be read.
    private const uint MaxBufferMegabytes = 4095;

    private readonly Option<string?> _output;

    private readonly Option<bool> _force = new("--force") { Description = "Replace the trace file if it exists." };

    private readonly Option<TimeSpan?> _duration;
    private readonly TimeSpan? _defaultDuration;

    private readonly Option<uint> _bufferSize = new("--buffersize")
    {
        Description = "How much the target may hold until it is read, in MB.",
        HelpName = "MB",
        DefaultValueFactory = _ => 256,
    };

    private readonly Option<IReadOnlyList<ProviderSpec>?> _providers = new("--providers")
    {
        Description = "Record these too, without stacks: Name[:Keywords[:Level[:key=value;...]]], separated by commas, as for dotnet-trace.",
        HelpName = "list",
        CustomParser = result =>
        {
            if (ProviderSpec.TryParseList(result.Tokens is [var token] ? token.Value : "", out var providers, out string problem))
                return providers;
            result.AddError(problem);
            return null;
        },
    };

    private readonly SamplingOptions _sampling = new();

    /// <summary>Makes the options.</summary>
    /// <param name="defaultDuration">When to stop without <c>--duration</c>; null for "until stopped".</param>
    /// <param name="outputDefault">Where the recording goes without <c>--output</c>, for the help.</param>
    public RecordingOptions(TimeSpan? defaultDuration = null, string outputDefault = "<name>_<yyyyMMdd>_<HHmmss>.nettrace in the current folder")
    {
        _defaultDuration = defaultDuration;
        _output = new("--output", "-o") { Description = $"The trace file. Default: {outputDefault}.", HelpName = "file" };
        _duration = TimeOption.Create("--duration",
            "Stop after this long: 500ms, 10s, 2m, 1h or dd:hh:mm:ss. Default: " + (defaultDuration is TimeSpan limit ? $"{limit.TotalSeconds:0}s." : "until stopped."));
        _bufferSize.CustomParser = result =>
        {
            if (result.Tokens is [var token] && uint.TryParse(token.Value, out uint megabytes) && megabytes is > 0 and <= MaxBufferMegabytes)
                return megabytes;
            result.AddError($"--buffersize is between 1 and {MaxBufferMegabytes} MB.");
            return 0;
        };
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_output);
        command.Options.Add(_force);
        command.Options.Add(_duration);
        command.Options.Add(_bufferSize);
        command.Options.Add(_providers);
        _sampling.AddTo(command);
    }

    /// <summary>The option that names the file.</summary>
    public string? Output(ParseResult parsed) => parsed.GetValue(_output);

    /// <summary>True if a file that exists may be replaced.</summary>
    public bool Force(ParseResult parsed) => parsed.GetValue(_force);

    /// <summary>True if the command line asks for providers beside the usual ones.</summary>
    public bool WantsProviders(ParseResult parsed) => parsed.GetValue(_providers) is { Count: > 0 };

    /// <summary>What they say.</summary>
    public RecordingRequest Read(ParseResult parsed) =>
        new(parsed.GetValue(_output), parsed.GetValue(_force), parsed.GetValue(_duration) ?? _defaultDuration, (int)parsed.GetValue(_bufferSize))
        {
            Providers = ProviderSpec.Merge([RuntimeFacts.Provider], parsed.GetValue(_providers) ?? []),
            Sampling = _sampling.Read(parsed),
        };
}
