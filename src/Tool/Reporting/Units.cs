using System.Globalization;

namespace Gmp.Tool.Reporting;

/// <summary>Numbers with their units, as the report writes them. Always with a point, whatever the machine's language is.</summary>
internal static class Units
{
    /// <summary>A span of time with three or four digits: <c>870 ns</c>, <c>12.4 us</c>, <c>400.1 ms</c>, <c>2.50 s</c>, <c>3 min 20 s</c>.</summary>
    public static string Time(long ns) => Math.Abs((double)ns) switch
    {
        < 1e3 => Text($"{ns} ns"),
        < 999.95e3 => Text($"{ns / 1e3:0.0} us"),
        < 999.95e6 => Text($"{ns / 1e6:0.0} ms"),
        < 120e9 => Text($"{ns / 1e9:0.00} s"),
        _ => Text($"{ns / 60_000_000_000} min {Math.Abs(ns / 1_000_000_000 % 60)} s"),
    };

    /// <summary>A moment of the trace, to the millisecond: <c>1.204 s</c>.</summary>
    public static string Moment(long ns) => Text($"{ns / 1e9:0.000} s");

    /// <summary>A moment of the trace, to the microsecond: <c>1204.250 ms</c>.</summary>
    public static string Exact(long ns) => Text($"{ns / 1e6:0.000} ms");

    /// <summary>A count with separators: <c>12,345</c>.</summary>
    public static string Count(long count) => Text($"{count:N0}");

    /// <summary>A count and its noun: <c>1 event</c>, <c>2 events</c>.</summary>
    public static string Count(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>A size: <c>738 B</c>, <c>1.2 MB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => Text($"{bytes} B"),
        < 1_000_000 => Text($"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => Text($"{bytes / 1e6:0.0} MB"),
        _ => Text($"{bytes / 1e9:0.00} GB"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
