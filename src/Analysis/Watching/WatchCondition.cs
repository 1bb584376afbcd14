using System.Globalization;

namespace Gmp.Analysis.Watching;

/// <summary>What a <see cref="WatchCondition"/> is about.</summary>
public enum WatchKind
{
    /// <summary>GMP201: a goroutine held its P so long that the report would warn of it.</summary>
    Hog,

    /// <summary>A goroutine was runnable and did not run for so long.</summary>
    Wait,

    /// <summary>A goroutine ran for so long without a scheduling point.</summary>
    Slice,

    /// <summary>More goroutines were alive.</summary>
    Goroutines,

    /// <summary>More goroutines stood in the run queues.</summary>
    Queue,
}

/// <summary>Something that is looked for while a process runs.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Limit">The limit: ns for Wait and Slice, a count for Goroutines and Queue.</param>
/// <param name="Text">As it was typed: <c>wait>100ms</c>.</param>
public sealed record WatchCondition(WatchKind Kind, long Limit, string Text)
{
    private static readonly (string Name, WatchKind Kind)[] s_names =
        [("wait", WatchKind.Wait), ("slice", WatchKind.Slice), ("goroutines", WatchKind.Goroutines), ("queue", WatchKind.Queue)];

    /// <summary>What may be typed, for people.</summary>
    public static string Known => "GMP201, wait>TIME, slice>TIME, goroutines>COUNT or queue>COUNT";

    /// <summary>Reads a condition.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="duration">Reads a time as the command line writes it; null where it is none.</param>
    /// <param name="problem">If it is none: a sentence that says why.</param>
    /// <returns>Null if it is none.</returns>
    public static WatchCondition? Parse(string text, Func<string, TimeSpan?> duration, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(duration);
        problem = "";
        string plain = text.Trim();
        if (plain.Equals("GMP201", StringComparison.OrdinalIgnoreCase))
            return new WatchCondition(WatchKind.Hog, 0, "GMP201");
        if (plain.StartsWith("GMP", StringComparison.OrdinalIgnoreCase) && plain.Length == 6 && plain.AsSpan(3).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            problem = $"{plain.ToUpperInvariant()} cannot be judged while a process runs, only in a finished recording: use {Known}.";
            return null;
        }
        int sign = plain.IndexOf('>', StringComparison.Ordinal);
        string name = sign < 0 ? plain : plain[..sign].TrimEnd(), limit = sign < 0 ? "" : plain[(sign + 1)..].TrimStart();
        foreach (var (known, kind) in s_names)
        {
            if (sign < 0 || !name.Equals(known, StringComparison.OrdinalIgnoreCase))
                continue;
            bool isTime = kind is WatchKind.Wait or WatchKind.Slice;
            if (isTime && duration(limit) is TimeSpan time)
                return new WatchCondition(kind, time.Ticks * 100, $"{known}>{limit}");
            if (!isTime && long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                return new WatchCondition(kind, count, $"{known}>{limit}");
            problem = isTime ? $"'{limit}' is not a time in '{text}': write {known}>100ms." : $"'{limit}' is not a count in '{text}': write {known}>1000.";
            return null;
        }
        problem = $"'{text}' is no condition: use {Known} (in quotes, or the shell takes the > for itself).";
        return null;
    }
}

/// <summary>A condition came true.</summary>
/// <param name="Condition">Which.</param>
/// <param name="Ticks">When, in ticks of the target's clock.</param>
/// <param name="Utc">The same moment.</param>
/// <param name="What">What happened, in words that hold names of the target: escape them.</param>
public sealed record Firing(WatchCondition Condition, long Ticks, DateTime Utc, string What);
