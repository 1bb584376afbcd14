using System.Globalization;

namespace Gmp.Stress;

/// <summary>What the command line says.</summary>
internal sealed record StressOptions(TimeSpan Duration, int Seed, int Processors)
{
    internal static StressOptions Parse(string[] args)
    {
        var options = new StressOptions(TimeSpan.FromSeconds(5), Environment.TickCount & int.MaxValue, Math.Max(2, Environment.ProcessorCount));
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out double value) || value < 0)
                throw new FormatException($"{args[i]} needs a number.");
            options = args[i] switch
            {
                "--minutes" => options with { Duration = TimeSpan.FromMinutes(value) },
                "--seconds" => options with { Duration = TimeSpan.FromSeconds(value) },
                "--seed" => options with { Seed = (int)value },
                "--processors" => options with { Processors = Math.Clamp((int)value, 1, SchedulerOptions.MostProcessors) },
                _ => throw new FormatException($"There is no option {args[i]}; there are --minutes, --seconds, --seed and --processors."),
            };
        }
        return options;
    }
}
