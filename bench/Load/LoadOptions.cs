using System.Globalization;

namespace Bench.Load;

/// <summary>The command line: <c>-port 5000 -server PID -connections 10000 -active 256 -size 64 -warmup 1s -measure 2s</c>.</summary>
internal sealed class LoadOptions
{
    internal LoadOptions(string[] args)
    {
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value.");
            switch (args[i])
            {
                case "-port": Port = Number(value); break;
                case "-server": ServerId = Number(value); break;
                case "-connections": Connections = Number(value); break;
                case "-active": Active = Number(value); break;
                case "-size": Size = Number(value); break;
                case "-warmup": Warmup = Milliseconds(value); break;
                case "-measure": Measure = Milliseconds(value); break;
                default: throw new FormatException($"There is no option {args[i]}.");
            }
        }
        if (Port == 0 || ServerId == 0)
            throw new FormatException("-port and -server are needed.");
        if (Active > Connections)
            throw new FormatException("No more connections can be active than are open.");
    }

    internal int Port { get; }

    /// <summary>The server's process, whose costs are read.</summary>
    internal int ServerId { get; }

    internal int Connections { get; } = 10_000;

    /// <summary>How many messages are under way at any time.</summary>
    internal int Active { get; } = 256;

    /// <summary>Bytes a message.</summary>
    internal int Size { get; } = 64;

    internal TimeSpan Warmup { get; } = TimeSpan.FromSeconds(2);

    internal TimeSpan Measure { get; } = TimeSpan.FromSeconds(3);

    private static int Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0 ? n : throw new FormatException($"{value} is not a number from 1.");

    private static TimeSpan Milliseconds(string value) =>
        value.EndsWith("ms", StringComparison.Ordinal) ? TimeSpan.FromMilliseconds(Number(value[..^2])) : throw new FormatException($"{value} is not a duration such as 500ms.");
}
