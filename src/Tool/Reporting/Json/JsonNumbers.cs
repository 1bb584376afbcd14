using System.Text.Json;
using System.Text.Json.Nodes;
using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting.Json;

/// <summary>Tables and figures as data. Rows are objects whose names are the columns' keys, so that a query says what it takes.</summary>
internal static class JsonNumbers
{
    /// <summary>A table.</summary>
    public static JsonObject Table(FindingTable table) => new()
    {
        ["key"] = table.Key,
        ["title"] = Text(table.Title),
        ["columns"] = Array(table.Columns.Select(c => new JsonObject { ["key"] = c.Key, ["title"] = Text(c.Title), ["kind"] = Kind(c.Kind) })),
        ["rows"] = Array(table.Rows.Select(r => Row(table, r))),
        ["moreRows"] = table.MoreRows,
    };

    /// <summary>A figure; <c>type</c> says which properties it has.</summary>
    public static JsonObject Figure(Figure figure)
    {
        var json = new JsonObject { ["type"] = TypeOf(figure), ["key"] = figure.Key, ["title"] = Text(figure.Title) };
        switch (figure)
        {
            case FlowFigure flow:
                json["nodes"] = Array(flow.Nodes.Select(n => new JsonObject { ["name"] = Text(n.Name), ["timeNs"] = n.TimeNs, ["count"] = n.Count }));
                json["edges"] = Array(flow.Edges.Select(e => new JsonObject { ["from"] = e.From, ["to"] = e.To, ["count"] = e.Count, ["label"] = Text(e.Label) }));
                break;
            case MatrixFigure matrix:
                json["rowsAre"] = Text(matrix.RowsAre);
                json["columnsAre"] = Text(matrix.ColumnsAre);
                json["rows"] = Array(matrix.Rows.Select(Text));
                json["columns"] = Array(matrix.Columns.Select(Text));
                json["kind"] = Kind(matrix.Kind);
                json["values"] = Array(matrix.Values.Select(r => Array(r.Select(v => Number(v)))));
                break;
            case BarsFigure bars:
                json["kind"] = Kind(bars.Kind);
                json["bars"] = Array(bars.Bars.Select(b => new JsonObject { ["label"] = Text(b.Label), ["value"] = Number(b.Value), ["note"] = Text(b.Note) }));
                break;
            case SeriesFigure series:
                json["kind"] = Kind(series.Kind);
                json["series"] = Array(series.Series.Select(s => new JsonObject
                {
                    ["name"] = Text(s.Name),
                    ["timesNs"] = Array(s.Points.Select(p => (JsonNode?)JsonValue.Create(p.Time))),
                    ["values"] = Array(s.Points.Select(p => Number(p.Value))),
                }));
                break;
            case HistogramFigure histogram:
                json["kind"] = Kind(histogram.Kind);
                json["classes"] = Array(histogram.Classes.Select(c => new JsonObject { ["from"] = Number(c.From), ["to"] = Number(c.To), ["count"] = c.Count }));
                break;
        }
        return json;
    }

    /// <summary>A text of a report, bounded.</summary>
    public static JsonValue Text(string text) => JsonValue.Create(SafeText.Bound(text, SafeText.LongestSentence));

    private static string TypeOf(Figure figure) => figure switch
    {
        FlowFigure => "flow",
        MatrixFigure => "matrix",
        BarsFigure => "bars",
        SeriesFigure => "series",
        HistogramFigure => "histogram",
        _ => "other",
    };

    private static JsonObject Row(FindingTable table, IReadOnlyList<Cell> row)
    {
        var json = new JsonObject();
        for (int i = 0; i < table.Columns.Count; i++)
        {
            var cell = i < row.Count ? row[i] : default;
            json[table.Columns[i].Key] = cell.Text is string text ? Text(text) : cell.Number is double number ? Number(number) : null;
        }
        return json;
    }

    // Whole numbers as such: nanoseconds are counted. JSON knows no infinity.
    private static JsonValue? Number(double value) =>
        !double.IsFinite(value) ? null
        : value == Math.Floor(value) && Math.Abs(value) < 1L << 53 ? JsonValue.Create((long)value)
        : JsonValue.Create(value);

    private static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items];

    private static string Kind(CellKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
