using System.Globalization;

namespace Bench.Harness;

/// <summary>The options that the Gmp and Task programs share with the Go one: <c>-rows a,b -warmup 500ms -measure 500ms -procs 2</c>.</summary>
public sealed class Arguments
{
    private readonly string[] _rows = [];

    /// <summary>How long each row runs before it counts.</summary>
    public TimeSpan Warmup { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long each row is measured, at least.</summary>
    public TimeSpan Measure { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many Ps; for Task this is only checked, since the runtime reads it from its environment.</summary>
    public int Processors { get; } = Environment.ProcessorCount;

    /// <summary>If not 0: park and wake so many, and nothing else.</summary>
    public int Parked { get; }

    /// <summary>If not empty: be the server of bench/echo, and nothing else; for Gmp, through <c>conn</c> or <c>sockets</c>.</summary>
    public string Echo { get; } = "";

    /// <summary>With Ps (gmp) or without (gm); for Gmp alone.</summary>
    public string Model { get; } = "gmp";

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">An option is unknown or its value is not one.</exception>
    public Arguments(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value.");
            switch (args[i])
            {
                case "-rows": _rows = value.Split(',', StringSplitOptions.RemoveEmptyEntries); break;
                case "-warmup": Warmup = Milliseconds(value); break;
                case "-measure": Measure = Milliseconds(value); break;
                case "-procs": Processors = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "-model": Model = value is "gmp" or "gm" ? value : throw new FormatException($"There is no model {value}; there are gmp and gm."); break;
                case "-parked": Parked = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "-echo": Echo = value; break;
                default: throw new FormatException($"There is no option {args[i]}; there are -rows, -warmup, -measure, -procs, -model, -parked and -echo.");
            }
        }
    }

    /// <summary>Those of the rows that were asked for; all of them if none was named.</summary>
    /// <exception cref="FormatException">A name is not a row's.</exception>
    public IEnumerable<Row<TRun>> Choose<TRun>(IReadOnlyList<Row<TRun>> rows)
    {
        foreach (string name in _rows)
        {
            if (!rows.Any(r => r.Name == name))
                throw new FormatException($"There is no row {name}.");
        }
        return rows.Where(r => _rows.Length == 0 || _rows.Contains(r.Name));
    }

    private static TimeSpan Milliseconds(string value) =>
        value.EndsWith("ms", StringComparison.Ordinal) && double.TryParse(value[..^2], CultureInfo.InvariantCulture, out double ms)
            ? TimeSpan.FromMilliseconds(ms)
            : throw new FormatException($"{value} is not a duration such as 500ms.");
}
