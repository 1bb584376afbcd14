using System.Globalization;
using Gmp.Analysis.Model;

namespace Gmp.Analysis.Questions;

/// <summary>How findings say numbers and names: three digits, a unit, singular and plural.</summary>
public static class Wording
{
    private const double Us = 1e3, Ms = 1e6, S = 1e9;

    /// <summary><c>1.2 s</c>, <c>10.3 ms</c>, <c>450 us</c>, <c>80 ns</c>.</summary>
    public static string Duration(long ns)
    {
        double size = Math.Abs((double)ns);
        // Each bound is where the rounded number of the unit below would become 1000.
        return size < 999.5 ? $"{ns} ns"
            : size < 999.5 * Us ? Digits(ns / Us) + " us"
            : size < 999.5 * Ms ? Digits(ns / Ms) + " ms"
            : Digits(ns / S) + " s";
    }

    /// <summary>A moment of the trace: <c>1.204 s</c>, to the ms.</summary>
    public static string Moment(long ns) => (ns / S).ToString("0.000", CultureInfo.InvariantCulture) + " s";

    /// <summary><c>1 goroutine</c>, <c>1,204 goroutines</c>.</summary>
    public static string Count(long count, string singular, string? plural = null) =>
        $"{count.ToString("#,0", CultureInfo.InvariantCulture)} {(count == 1 ? singular : plural ?? singular + "s")}";

    /// <summary><c>12 %</c>; what is not zero never reads as 0. Without a word, so that it fits every language.</summary>
    public static string Percent(double share) =>
        share is > 0 and < 0.01 ? "< 1 %" : $"{Math.Round(share * 100).ToString(CultureInfo.InvariantCulture)} %";

    /// <summary><c>Program.cs:42</c>, or <c>?</c> where the trace does not say. Not escaped.</summary>
    public static string Place(SourceSite? site) => site?.Short ?? "?";

    /// <summary>A name or a place for a sentence: <c>G17 "checksum" (Program.cs:42)</c>. Not escaped.</summary>
    public static string Who(GoroutineInfo goroutine)
    {
        ArgumentNullException.ThrowIfNull(goroutine);
        return goroutine.CreatedAt is { } site ? $"{goroutine.Label} ({site.Short})" : goroutine.Label;
    }

    private static string Digits(double value)
    {
        double size = Math.Abs(value);
        return value.ToString(size < 9.995 ? "0.##" : size < 99.95 ? "0.#" : "#,0", CultureInfo.InvariantCulture);
    }
}
