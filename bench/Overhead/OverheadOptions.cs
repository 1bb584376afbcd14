using System.Globalization;

namespace Bench.Overhead;

/// <summary>The command line: <c>-work DIR -rows pingpong,echo,forkjoin -procs 2 -slice 700ms -rounds 5 -connections 1000</c>, and for the sustained mode <c>-rate 10000000 -seconds 30</c>.</summary>
internal sealed class OverheadOptions
{
    internal OverheadOptions(string[] args)
    {
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value.");
            switch (args[i])
            {
                case "-work": Work = value; break;
                case "-rows": Rows = value.Split(',', StringSplitOptions.RemoveEmptyEntries); break;
                case "-procs": Processors = Number(value); break;
                case "-slice": Slice = Milliseconds(value); break;
                case "-rounds": Rounds = Number(value); break;
                case "-connections": Connections = Number(value); break;
                case "-active": Active = Number(value); break;
                case "-rate": Rate = value == "max" ? 0 : Number(value); break;
                case "-seconds": Seconds = Number(value); break;
                default: throw new FormatException($"There is no option {args[i]}.");
            }
        }
        if (Work.Length == 0)
            throw new FormatException("-work is needed: a folder for recordings.");
    }

    /// <summary>A folder for recordings, which are deleted when they were counted.</summary>
    internal string Work { get; } = "";

    internal string[] Rows { get; } = [];

    internal int Processors { get; } = 2;

    /// <summary>How long each program runs in each config, a round.</summary>
    internal TimeSpan Slice { get; } = TimeSpan.FromMilliseconds(700);

    internal int Rounds { get; } = 5;

    internal int Connections { get; } = 1_000;

    /// <summary>Messages under way.</summary>
    internal int Active { get; } = 64;

    /// <summary>Transitions a second in the sustained mode; 0 for as many as there can be.</summary>
    internal int Rate { get; } = 10_000_000;

    /// <summary>How long the sustained mode lasts; 0 for none.</summary>
    internal int Seconds { get; }

    private static int Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : throw new FormatException($"{value} is not a number from 0.");

    private static TimeSpan Milliseconds(string value) =>
        value.EndsWith("ms", StringComparison.Ordinal) ? TimeSpan.FromMilliseconds(Number(value[..^2])) : throw new FormatException($"{value} is not a duration such as 500ms.");
}
