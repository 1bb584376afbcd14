using System.Globalization;

namespace Bench.Reading;

/// <summary>What the command line says.</summary>
internal sealed record ReadingOptions(string File, string Row, string Tool, long Transitions, int Processors, int Rounds, bool Make)
{
    public static ReadingOptions Parse(string[] args)
    {
        var options = new ReadingOptions("", "", "", 10_000_000, 8, 3, false);
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "-make" => options with { Make = true },
                "-file" => options with { File = args[++i] },
                "-tool" => options with { Tool = args[++i] },
                "-row" => options with { Row = args[++i] },
                "-transitions" => options with { Transitions = Number(args[++i]) },
                "-procs" => options with { Processors = (int)Number(args[++i]) },
                "-rounds" => options with { Rounds = (int)Number(args[++i]) },
                _ => throw new ArgumentException($"There is no option {args[i]}."),
            };
        }
        return options;
    }

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
