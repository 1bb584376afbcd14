namespace Gmp.Analysis.Questions;

/// <summary>A picture that belongs to an answer; each format draws it in its own way. Texts are in the report's language and not escaped.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Key">Its name for programs: camelCase, English.</param>
public abstract record Figure(string Title, string Key);

/// <summary>A state of a <see cref="FlowFigure"/>.</summary>
/// <param name="Name">The state.</param>
/// <param name="TimeNs">How long somebody was in it, in all, ns.</param>
/// <param name="Count">How many are in it at the end.</param>
public sealed record FlowNode(string Name, long TimeNs, long Count);

/// <summary>A way from a state to another.</summary>
/// <param name="From">The place of the state in <see cref="FlowFigure.Nodes"/>.</param>
/// <param name="To">That of the other.</param>
/// <param name="Count">How often it was taken.</param>
/// <param name="Label">What makes one take it, or empty.</param>
public sealed record FlowEdge(int From, int To, long Count, string Label);

/// <summary>States and the ways between them.</summary>
public sealed record FlowFigure(string Title, string Key, IReadOnlyList<FlowNode> Nodes, IReadOnlyList<FlowEdge> Edges) : Figure(Title, Key);

/// <summary>A number for each pair.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Key">Its name for programs.</param>
/// <param name="RowsAre">What a row is: <c>thief</c>.</param>
/// <param name="ColumnsAre">What a column is: <c>victim</c>.</param>
/// <param name="Rows">The rows' names.</param>
/// <param name="Columns">The columns' names.</param>
/// <param name="Kind">What the values are.</param>
/// <param name="Values">By row, then by column.</param>
public sealed record MatrixFigure(
    string Title, string Key, string RowsAre, string ColumnsAre, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, CellKind Kind,
    IReadOnlyList<IReadOnlyList<double>> Values) : Figure(Title, Key);

/// <summary>A bar.</summary>
/// <param name="Label">Whose.</param>
/// <param name="Value">How long it is, in the figure's unit.</param>
/// <param name="Note">What to say beside it, or empty.</param>
public sealed record Bar(string Label, double Value, string Note = "");

/// <summary>Values beside each other.</summary>
public sealed record BarsFigure(string Title, string Key, CellKind Kind, IReadOnlyList<Bar> Bars) : Figure(Title, Key);

/// <summary>A line over time.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Points">Moments in order, ns since the trace's start, and values; a value holds until the next.</param>
public sealed record FigureSeries(string Name, IReadOnlyList<(long Time, double Value)> Points);

/// <summary>Values over time.</summary>
public sealed record SeriesFigure(string Title, string Key, CellKind Kind, IReadOnlyList<FigureSeries> Series) : Figure(Title, Key);

/// <summary>A class of a histogram.</summary>
/// <param name="From">The least value in it.</param>
/// <param name="To">The first that is too large.</param>
/// <param name="Count">How many are in it.</param>
public sealed record HistogramClass(double From, double To, long Count);

/// <summary>How often values of each size occur.</summary>
public sealed record HistogramFigure(string Title, string Key, CellKind Kind, IReadOnlyList<HistogramClass> Classes) : Figure(Title, Key);
