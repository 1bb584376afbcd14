using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gmp.Analysis.Questions;
using Gmp.Tool.Settings;

namespace Gmp.Tool.Commands;

/// <summary>How findings are judged: <c>--fail-on</c>, <c>--threshold</c>, <c>--config</c>, and what gmp-trace.json says where they do not.</summary>
internal sealed class JudgingOptions
{
    private readonly Option<string[]> _failOn = new("--fail-on")
    {
        Description = $"Exit with code {ExitCode.FindingsFailed} if a finding is at least this severe, or if this finding is there: a list with commas.",
        HelpName = "info|warning|critical|GMPnnn|GMPnnn=severity",
    };

    private readonly Option<string[]> _threshold = new("--threshold")
    {
        Description = "Judge by another number; `explain --thresholds` lists them. May be given several times.",
        HelpName = "GMPnnn.name=number",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = $"The settings; without it the nearest {SettingsFile.Name} in this folder or one above.",
        HelpName = "file",
    };

    private readonly Option<string?> _baseline = new("--baseline")
    {
        Description = $"Compare with another recording, and exit with code {ExitCode.GotWorse} if it got worse by more than noise.",
        HelpName = "file",
    };

    private readonly LanguageOption _language = new();

    /// <summary>Makes the options.</summary>
    public JudgingOptions()
    {
        _failOn.Validators.Add(result => Each(result, Parts, text => FailCondition.TryParse(text, KnownNames.Ids, out _, out string complaint) ? null : complaint));
        _threshold.Validators.Add(result => Each(result, text => [text], text => ComplaintOf(text)));
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_failOn);
        command.Options.Add(_threshold);
        command.Options.Add(_config);
        command.Options.Add(_baseline);
        _language.AddTo(command);
    }

    /// <summary>Adds what they say to a request. An option goes before what the settings say.</summary>
    /// <exception cref="ToolFailure">The settings or an option make no sense.</exception>
    public ReportRequest Apply(ParseResult parsed, ReportRequest request)
    {
        string? path = parsed.GetValue(_config) ?? SettingsFile.Search(Directory.GetCurrentDirectory());
        var settings = path is null ? ReportSettings.None : SettingsFile.Load(path);
        var thresholds = new Dictionary<string, double>(settings.Thresholds);
        foreach (var (name, value) in (parsed.GetValue(_threshold) ?? []).Select(Split))
            thresholds[name] = value;
        string[] failOn = [.. (parsed.GetValue(_failOn) ?? []).SelectMany(Parts)];
        return request with
        {
            Phrases = _language.Read(parsed, settings.Language),
            Thresholds = new Thresholds(thresholds),
            FailOn = failOn.Length > 0 ? [.. failOn.Select(Condition)] : settings.FailOn ?? [],
            Ignored = settings.Ignored,
            Settings = settings.Path,
            Baseline = parsed.GetValue(_baseline),
        };
    }

    private static FailCondition Condition(string text)
    {
        FailCondition.TryParse(text, KnownNames.Ids, out var condition, out _);   // the validator has seen it
        return condition;
    }

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static (string Name, double Value) Split(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return double.TryParse(text[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? (text[..equals], value) : (text[..equals], double.NaN);
    }

    private static string? ComplaintOf(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) < 1 ? $"'{text}' is no threshold with a number, as GMP001.shortMs=50"
        : KnownNames.ComplaintOf(Split(text).Name, Split(text).Value);

    private static void Each(OptionResult result, Func<string, IEnumerable<string>> parts, Func<string, string?> complaintOf)
    {
        foreach (string text in result.Tokens.SelectMany(t => parts(t.Value)))
        {
            if (complaintOf(text) is { } complaint)
                result.AddError($"{result.Option.Name}: {complaint}.");
        }
    }
}
