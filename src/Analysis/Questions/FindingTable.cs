namespace Gmp.Analysis.Questions;

/// <summary>What the cells of a column are; says how a number is written.</summary>
public enum CellKind
{
    /// <summary>Words. Not escaped.</summary>
    Text,
    /// <summary>A number of things.</summary>
    Count,
    /// <summary>A length of time, ns.</summary>
    Duration,
    /// <summary>A moment of the trace, ns since its start.</summary>
    Moment,
    /// <summary>A part of a whole, 0 to 1.</summary>
    Share,
    /// <summary>Bytes.</summary>
    Bytes,
}

/// <summary>A column of a table.</summary>
/// <param name="Title">Its head, in the report's language.</param>
/// <param name="Kind">What its cells are.</param>
/// <param name="Key">Its name for programs: camelCase, always English, with the unit at its end for numbers (<c>waitNs</c>).</param>
public sealed record TableColumn(string Title, CellKind Kind, string Key);

/// <summary>A cell: words in a column of words, a number in any other; neither where there is nothing to tell.</summary>
/// <param name="Text">The words, or null. Not escaped.</param>
/// <param name="Number">The number in its column's unit, or null.</param>
public readonly record struct Cell(string? Text, double? Number)
{
    /// <summary>Words.</summary>
    public static implicit operator Cell(string text) => new(text, null);

    /// <summary>A number.</summary>
    public static implicit operator Cell(double number) => new(null, number);

    /// <summary>A number.</summary>
    public static implicit operator Cell(long number) => new(null, number);

    /// <summary>A number.</summary>
    public static implicit operator Cell(int number) => new(null, number);
}

/// <summary>Numbers that belong to an answer, for every format.</summary>
/// <param name="Title">What it shows, in the report's language.</param>
/// <param name="Key">Its name for programs: camelCase, English.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows, the most telling first; each has a cell for each column.</param>
public sealed record FindingTable(string Title, string Key, IReadOnlyList<TableColumn> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows)
{
    /// <summary>How many more rows there are that are not in it.</summary>
    public int MoreRows { get; init; }
}
