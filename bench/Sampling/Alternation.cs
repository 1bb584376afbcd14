using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using Gmp.Analysis.Sampling;
using Microsoft.Diagnostics.NETCore.Client;

namespace Bench.Sampling;

/// <summary>
/// Samples a program for a moment, leaves it alone for a moment, and so on, and compares what it gets done in each with what it gets done in its
/// neighbours. What else the machine does changes more slowly than that.
/// </summary>
internal static class Alternation
{
    private static readonly TimeSpan s_stretch = TimeSpan.FromMilliseconds(300);

    private readonly record struct Mark(long Time, long Passed, long Cpu);

    private sealed record Stretch(double Rate, double CpuPerMessage);

    /// <summary>Runs the program, and prints "name config value unit without ratio low high" for each row: medians, and quartiles of the ratio.</summary>
    public static void Run(string kind, string processors, string threads, int pairs)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [kind, processors, threads]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var program = Process.Start(start)!;
        program.StandardOutput.ReadLine();
        var client = new DiagnosticsClient(program.Id);
        Thread.Sleep(2000);   // it is compiled by then
        var on = new List<Stretch>();
        var off = new List<Stretch>();
        var starts = new List<double>();
        var stops = new List<double>();
        long samples = 0, bytes = 0;
        double sampled = 0;
        off.Add(Measure(program));
        for (int i = 0; i < pairs; i++)
        {
            var session = new SampleSession();
            long begin = Stopwatch.GetTimestamp();
            var configuration = new EventPipeSessionConfiguration(
                [new EventPipeProvider(SampleSession.SamplerName, EventLevel.Informational)], 128, SampleSession.RundownKeywords, requestStackwalk: true);
            using var pipe = client.StartEventPipeSession(configuration);
            starts.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            var reader = new Thread(() => bytes += Read(pipe.EventStream, session));
            reader.Start();
            on.Add(Measure(program));
            begin = Stopwatch.GetTimestamp();
            pipe.Stop();
            reader.Join();
            stops.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            sampled += (session.LastTicks - session.FirstTicks) / (double)Stopwatch.Frequency;
            samples += session.Count;
            off.Add(Measure(program));
        }
        program.StandardInput.Close();
        program.WaitForExit();

        string config = $"{kind}-{threads}";
        Print("throughput", config, on.Select(s => s.Rate), "messages/s", off.Select(s => s.Rate), on.Select((s, i) => s.Rate / ((off[i].Rate + off[i + 1].Rate) / 2)));
        Print("cpu", config, on.Select(s => s.CpuPerMessage), "ns/message", off.Select(s => s.CpuPerMessage),
            on.Select((s, i) => (off[i].CpuPerMessage + off[i + 1].CpuPerMessage) / 2 / s.CpuPerMessage));
        Print("start", config, starts, "ms", [0], [0]);
        Print("stop", config, stops, "ms", [0], [0]);
        Print("samples", config, [samples / sampled], "samples/s", [0], [0]);
        Print("data", config, [bytes / sampled / 1e6], "MB/s", [0], [0]);
    }

    private static long Read(Stream stream, SampleSession session)
    {
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        for (int count; (count = stream.Read(buffer)) > 0; bytes += count)
            session.Read(buffer.AsSpan(0, count));
        return bytes;
    }

    private static Stretch Measure(Process program)
    {
        var before = Ask(program);
        Thread.Sleep(s_stretch);
        var after = Ask(program);
        double passed = Math.Max(1, after.Passed - before.Passed);
        return new Stretch(passed / (after.Time - before.Time) * 1e9, (after.Cpu - before.Cpu) / passed);
    }

    private static Mark Ask(Process program)
    {
        program.StandardInput.WriteLine();
        program.StandardInput.Flush();
        long[] numbers = [.. program.StandardOutput.ReadLine()!.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
        return new Mark(numbers[0], numbers[1], numbers[2]);
    }

    private static void Print(string name, string config, IEnumerable<double> values, string unit, IEnumerable<double> without, IEnumerable<double> ratios)
    {
        double[] sorted = [.. ratios.Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name} {config} {Median(values):G5} {unit} {Median(without):G5} {sorted[sorted.Length / 2]:F3} {sorted[sorted.Length / 4]:F3} {sorted[sorted.Length * 3 / 4]:F3}"));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
