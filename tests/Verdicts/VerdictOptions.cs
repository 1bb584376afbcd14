using System.Globalization;

namespace Gmp.Verdicts;

/// <summary>What the command line says.</summary>
/// <param name="Runs">How often each sample is recorded on each machine.</param>
/// <param name="Seconds">For how long each runs.</param>
/// <param name="Samples">Which.</param>
/// <param name="Machines">False for the machine as it is, true with busy processes beside.</param>
/// <param name="Keep">The folder that recordings are kept in, or null.</param>
internal sealed record VerdictOptions(int Runs, double Seconds, IReadOnlyList<Sample> Samples, IReadOnlyList<bool> Machines, string? Keep)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">It makes no sense.</exception>
    public static VerdictOptions Parse(string[] args)
    {
        var options = new VerdictOptions(10, 4, Sample.All, [false, true], null);
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            if (name is "--quiet-only" or "--busy-only")
            {
                options = options with { Machines = [name == "--busy-only"] };
                continue;
            }
            string value = i + 1 < args.Length ? args[++i] : throw new FormatException($"{name} needs a value.");
            options = name switch
            {
                "--runs" => options with { Runs = Math.Max(1, (int)Number(name, value)) },
                "--seconds" => options with { Seconds = Math.Max(1, Number(name, value)) },
                "--sample" => options with { Samples = [.. value.Split(',').Select(Find)] },
                "--keep" => options with { Keep = Directory.CreateDirectory(value).FullName },
                _ => throw new FormatException($"There is no option {name}; there are --runs, --seconds, --sample, --keep, --quiet-only and --busy-only."),
            };
        }
        return options;
    }

    private static Sample Find(string name) =>
        Sample.All.FirstOrDefault(s => s.Name == name) ?? throw new FormatException($"There is no sample {name}; there are {string.Join(", ", Sample.All.Select(s => s.Name))}.");

    private static double Number(string name, string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out double number) && number > 0 ? number : throw new FormatException($"{name} needs a number above 0.");
}
