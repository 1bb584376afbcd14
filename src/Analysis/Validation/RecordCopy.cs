using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Gmp.Tracing;

namespace Gmp.Analysis.Validation;

/// <summary>A record's numbers, kept for as long as it waits for another. No rule needs its strings.</summary>
internal readonly struct RecordCopy
{
    private readonly NumberArray _numbers;

    public RecordCopy(int stream, int generation, long ticks, in BatchCursor fields)
    {
        (Stream, Generation, Ticks, Kind) = (stream, generation, ticks, fields.Kind);
        for (int i = 0; i < EventTable.MaxNumbers; i++)
            _numbers[i] = fields.Number(i);
    }

    public int Stream { get; }

    public int Generation { get; }

    public long Ticks { get; }

    public EventKind Kind { get; }

    /// <summary>A number field by its place in <see cref="EventTable"/>.</summary>
    public long this[int index] => _numbers[index];

    public override string ToString()
    {
        var spec = EventTable.Find(Kind);
        if (spec is null)
            return $"kind {(int)Kind}";
        var text = new StringBuilder(spec.Name);
        for (int i = 0; i < spec.NumberCount; i++)
            text.Append(CultureInfo.InvariantCulture, $" {spec.Fields[i].Name}={_numbers[i]}");
        return text.ToString();
    }

    [InlineArray(EventTable.MaxNumbers)]
    private struct NumberArray
    {
        private long _first;
    }
}
