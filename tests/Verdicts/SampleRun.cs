using System.Diagnostics;
using System.Globalization;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;

namespace Gmp.Verdicts;

/// <summary>A sample that ran once from its first to its last instruction under the recorder, and what the report says of it.</summary>
/// <param name="Truth">What it measured itself.</param>
/// <param name="Report">What was found.</param>
/// <param name="Failure">Why there is no report, or empty.</param>
internal sealed record SampleRun(Truth Truth, Report Report, string Failure)
{
    /// <summary>The part of the machine that others used just before it began, 0 to 1.</summary>
    public double UsedBefore { get; init; }

    /// <summary>Runs it.</summary>
    public static SampleRun Of(Sample sample, VerdictOptions options)
    {
        double used = BusyMachine.Used();
        string folder = options.Keep ?? Directory.CreateTempSubdirectory("verdicts-").FullName;
        string path = Path.Combine(folder, $"{sample.Name}-{Stopwatch.GetTimestamp()}.nettrace");
        try
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
            foreach (string arg in (string[])
                [Path.Combine(AppContext.BaseDirectory, "dotnet-gmp-trace.dll"), "collect", "-o", path, "--show-child-io", "--",
                "dotnet", Path.Combine(AppContext.BaseDirectory, "demo", sample.Program, sample.Program + ".dll"),
                "--seconds", options.Seconds.ToString(CultureInfo.InvariantCulture), .. sample.Arguments])
            {
                start.ArgumentList.Add(arg);
            }
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var truth = new Truth(process.StandardOutput.ReadToEnd());
            process.WaitForExit();
            if (process.ExitCode != 0 || !truth.IsComplete)
                return Failed(truth, $"exit code {process.ExitCode}: {errors.Result.Trim().Split('\n')[^1]}");
            var trace = TraceFile.Load(path);
            return trace.Info.HasGoroutineProvider ? new SampleRun(truth, Analyzer.Run(trace), "") { UsedBefore = used } : Failed(truth, "the recording has no goroutines");
        }
        finally
        {
            if (options.Keep is null)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static SampleRun Failed(Truth truth, string why) => new(truth, new Report([], []), why);
}
