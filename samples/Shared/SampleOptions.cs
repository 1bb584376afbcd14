using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Samples;

/// <summary>What every sample can be told: <c>--ps N</c>, <c>--seconds S</c>, <c>--serve</c>. And when it is over.</summary>
internal sealed class SampleOptions : IDisposable
{
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly List<PosixSignalRegistration> _signals = [];
    private volatile bool _stopped;

    private SampleOptions()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                // The main goroutine prints the last figures and returns: an end by signal is an orderly one.
                context.Cancel = true;
                _stopped = true;
            }));
        }
    }

    /// <summary>How many Ps the scheduler gets.</summary>
    public int Processors { get; private set; } = 1;

    /// <summary>For how long it runs; null for until it is stopped.</summary>
    public TimeSpan? Duration { get; private set; } = TimeSpan.FromSeconds(10);

    /// <summary>True once the time is up or somebody sent SIGINT or SIGTERM.</summary>
    public bool Over => _stopped || Stopwatch.GetElapsedTime(_begin) >= Duration;

    /// <summary>Reads the command line; on a mistake, says what is wrong on stderr and returns null.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="processors">How many Ps without <c>--ps</c>.</param>
    public static SampleOptions? Parse(string[] args, int processors = 1)
    {
        var options = new SampleOptions { Processors = Math.Clamp(processors, 1, 256) };
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            if (args[i] == "--serve")
            {
                options.Duration = null;
            }
            else if (args[i] == "--ps" && int.TryParse(value, CultureInfo.InvariantCulture, out int ps) && ps is >= 1 and <= 256)
            {
                options.Processors = ps;
                i++;
            }
            else if (args[i] == "--seconds" && double.TryParse(value, CultureInfo.InvariantCulture, out double s) && s is > 0 and < 1e6)
            {
                options.Duration = TimeSpan.FromSeconds(s);
                i++;
            }
            else
            {
                Console.Error.WriteLine($"'{args[i]}' is not understood. Options: --ps 1..256, --seconds S, --serve (until SIGTERM or Ctrl+C).");
                options.Dispose();
                return null;
            }
        }
        return options;
    }

    public void Dispose() => _signals.ForEach(s => s.Dispose());
}
