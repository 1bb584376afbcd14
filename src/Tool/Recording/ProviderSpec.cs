using System.Diagnostics.Tracing;
using System.Globalization;
using Gmp.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Recording;

/// <summary>A provider that a recording takes in, in dotnet-trace's words: <c>Name[:Keywords[:Level[:key=value;...]]]</c>.</summary>
/// <param name="Name">The provider.</param>
/// <param name="Keywords">Which of its events.</param>
/// <param name="Level">Up to which level.</param>
/// <param name="Arguments">What the provider itself is told, or null.</param>
internal sealed record ProviderSpec(string Name, long Keywords, EventLevel Level, IReadOnlyDictionary<string, string>? Arguments = null)
{
    private const long EveryKeyword = -1;
    private const string Hex = "0x";

    /// <summary>Reads a list that commas separate; a comma between quotes separates nothing.</summary>
    /// <param name="text">The list.</param>
    /// <param name="providers">The providers, each name once.</param>
    /// <param name="problem">What is wrong, in a sentence, if it is not a list of providers.</param>
    public static bool TryParseList(string text, out IReadOnlyList<ProviderSpec> providers, out string problem)
    {
        var found = new List<ProviderSpec>();
        providers = found;
        problem = "";
        foreach (string item in Split(text, ','))
        {
            if (TryParse(item) is not { } spec)
            {
                problem = $"'{item}' is no provider: write Name[:Keywords[:Level[:key=value]]], keywords as a hexadecimal number.";
                return false;
            }
            if (spec.Name.Equals(GmpEventSource.ProviderName, StringComparison.OrdinalIgnoreCase))
            {
                // A session takes a provider once; with Transitions beside Batches the file would hold everything twice.
                problem = $"{GmpEventSource.ProviderName} is recorded always: name only other providers.";
                return false;
            }
            int same = found.FindIndex(p => p.HasNameOf(spec));
            if (same < 0)
                found.Add(spec);
            else if (found[same].Arguments is not null && spec.Arguments is not null)
            {
                problem = $"{spec.Name} is named twice with arguments.";
                return false;
            }
            else
                found[same] = found[same].With(spec);
        }
        return true;
    }

    /// <summary>One list of two: a session that names a provider twice would keep only the first entry.</summary>
    public static IReadOnlyList<ProviderSpec> Merge(IEnumerable<ProviderSpec> ours, IEnumerable<ProviderSpec> more)
    {
        var all = ours.ToList();
        foreach (var spec in more)
        {
            int same = all.FindIndex(p => p.HasNameOf(spec));
            if (same < 0)
                all.Add(spec);
            else
                all[same] = all[same].With(spec);
        }
        return all;
    }

    /// <summary>For the diagnostics client.</summary>
    public EventPipeProvider ToEventPipe() => new(Name, Level, Keywords, Arguments?.ToDictionary(p => p.Key, p => p.Value));

    /// <summary>As it could be given: <c>Name:0x0000000000000001:Informational</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}:{Hex}{Keywords:X16}:{Level}");

    private bool HasNameOf(ProviderSpec other) => Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);

    // LogAlways is the lowest number and means every level.
    private ProviderSpec With(ProviderSpec other) => new(Name, Keywords | other.Keywords,
        Level == EventLevel.LogAlways || other.Level == EventLevel.LogAlways ? EventLevel.LogAlways : (EventLevel)Math.Max((int)Level, (int)other.Level),
        Arguments ?? other.Arguments);

    private static ProviderSpec? TryParse(string text)
    {
        string[] parts = text.Trim().Split(':', 4);
        string name = parts[0].Trim();
        if (name.Length == 0 || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return null;
        long keywords = EveryKeyword;
        if (Part(1) is { Length: > 0 } flags
            && !long.TryParse(flags.StartsWith(Hex, StringComparison.OrdinalIgnoreCase) ? flags[2..] : flags, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out keywords))
        {
            return null;
        }
        var level = EventLevel.Informational;
        if (Part(2) is { Length: > 0 } levelText && !TryParseLevel(levelText, out level))
            return null;
        Dictionary<string, string>? arguments = null;
        if (Part(3) is { Length: > 0 } argumentText && (arguments = ParseArguments(argumentText)) is null)
            return null;
        return new ProviderSpec(name, keywords, level, arguments);

        string Part(int index) => parts.Length > index ? parts[index].Trim() : "";
    }

    private static bool TryParseLevel(string text, out EventLevel level)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            level = (EventLevel)Math.Min(number, (int)EventLevel.Verbose);
            return true;
        }
        // Only letters: Enum.TryParse would take "1,2" and "-1" too.
        level = default;
        return text.All(char.IsAsciiLetter) && Enum.TryParse(text, ignoreCase: true, out level);
    }

    private static Dictionary<string, string>? ParseArguments(string text)
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in Split(text, ';'))
        {
            if (pair.Length == 0)
                continue;
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                return null;
            string value = pair[(equals + 1)..];
            if (value is ['"', .. var quoted, '"'])
                value = quoted;
            if (!arguments.TryAdd(pair[..equals], value))
                return null;
        }
        return arguments;
    }

    private static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        bool quoted = false;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == separator && !quoted)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }
        parts.Add(text[start..]);
        return parts;
    }
}
