using System.Globalization;

namespace Gmp.Tool.Commands;

/// <summary>Durations as people type them.</summary>
internal static class Duration
{
    // A month of recording is a slip of the keyboard; the bound also keeps every sum of times far from overflow.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(31);

    private static readonly (string Unit, double Seconds)[] s_units =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    /// <summary>Reads <c>500ms</c>, <c>10s</c>, <c>1.5s</c>, <c>2m</c>, <c>1h</c>, <c>1m30s</c> or <c>dd:hh:mm:ss</c>.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="duration">The duration, above zero.</param>
    /// <param name="problem">Otherwise: a sentence that says what is wrong.</param>
    public static bool TryParse(string text, out TimeSpan duration, out string problem)
    {
        problem = "";
        if (!(text.Contains(':', StringComparison.Ordinal) ? TryParseClock(text, out duration) : TryParseUnits(text, out duration)))
        {
            problem = $"'{text}' is not a duration: write it as 500ms, 10s, 2m, 1h or dd:hh:mm:ss.";
            return false;
        }
        if (duration <= TimeSpan.Zero || duration > s_longest)
        {
            problem = $"'{text}' is out of range: a duration is longer than 0 and at most {s_longest.TotalDays:0} days.";
            return false;
        }
        return true;
    }

    /// <summary>Reads a moment of a trace, counted from its start: a duration, or zero.</summary>
    public static bool TryParseMoment(string text, out TimeSpan moment, out string problem)
    {
        if (TryParseUnits(text, out moment) && moment == TimeSpan.Zero)
        {
            problem = "";
            return true;
        }
        return TryParse(text, out moment, out problem);
    }

    /// <summary>dotnet-trace's form of a running time: <c>dd:hh:mm:ss</c>, with a fraction only where it was asked for.</summary>
    public static string ToClock(TimeSpan duration, bool withFraction = false) =>
        duration.ToString(withFraction && duration.Milliseconds > 0 ? @"dd\:hh\:mm\:ss\.fff" : @"dd\:hh\:mm\:ss", CultureInfo.InvariantCulture);

    private static bool TryParseClock(string text, out TimeSpan duration) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);

    private static bool TryParseUnits(string text, out TimeSpan duration)
    {
        duration = default;
        double seconds = 0;
        var rest = text.AsSpan().Trim();
        if (rest.IsEmpty)
            return false;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits >= 0 && rest[digits] == '.')
            {
                int more = rest[(digits + 1)..].IndexOfAnyExceptInRange('0', '9');
                digits = more < 0 ? -1 : digits + 1 + more;
            }
            // A number without a unit is refused: dotnet-trace would read 10 as ten days.
            if (digits <= 0)
                return false;
            int letters = rest[digits..].IndexOfAnyExceptInRange('a', 'z');
            var unit = letters < 0 ? rest[digits..] : rest.Slice(digits, letters);
            double scale = 0;
            foreach (var (name, factor) in s_units)
            {
                if (unit.SequenceEqual(name))
                    scale = factor;
            }
            if (scale == 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
                return false;
            seconds += number * scale;
            rest = rest[(digits + unit.Length)..];
        }
        // Above this the conversion itself would throw; the range check that follows words it.
        duration = TimeSpan.FromSeconds(Math.Min(seconds, 1e9));
        return true;
    }
}
