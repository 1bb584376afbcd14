using System.Globalization;
using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting;

/// <summary>Cells of tables and values of figures as people read them; words come back safe to show.</summary>
internal static class CellText
{
    /// <summary>A cell; empty where there is nothing to tell.</summary>
    public static string Of(Cell cell, CellKind kind) =>
        cell.Text is string text ? SafeText.Name(text) : cell.Number is double number ? Of(number, kind) : "";

    /// <summary>A number with its unit.</summary>
    public static string Of(double number, CellKind kind) => !double.IsFinite(number) ? "" : kind switch
    {
        CellKind.Duration => Wording.Duration((long)number),
        CellKind.Moment => Wording.Moment((long)number),
        CellKind.Share => Wording.Percent(number),
        CellKind.Bytes => Units.Bytes((long)number),
        _ => Count(number),
    };

    /// <summary>True for columns whose cells stand to the right.</summary>
    public static bool IsNumber(CellKind kind) => kind != CellKind.Text;

    // A mean of counts has a fraction.
    private static string Count(double number) =>
        number == Math.Floor(number) ? number.ToString("#,0", CultureInfo.InvariantCulture)
        : number.ToString(Math.Abs(number) < 10 ? "0.##" : "#,0.#", CultureInfo.InvariantCulture);
}
