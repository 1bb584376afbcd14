using System.Diagnostics;
using System.Globalization;
using Bench.Load;

namespace Bench.Overhead;

/// <summary>A target and, for the echo server, its load. It ends with this process.</summary>
internal sealed class TargetProcess : IDisposable
{
    private readonly Process _process;
    private readonly EchoLoad? _load;

    internal TargetProcess(string workload, OverheadOptions options)
    {
        Workload = workload;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("target");
        start.ArgumentList.Add(workload);
        start.ArgumentList.Add(options.Processors.ToString(CultureInfo.InvariantCulture));
        _process = Process.Start(start)!;
        string[] words = (_process.StandardOutput.ReadLine() ?? throw new IOException($"The target {workload} did not start.")).Split(' ');
        if (workload == "echo")
        {
            _load = new EchoLoad(new LoadOptions(
                ["-port", words[0], "-server", words[1], "-connections", Text(options.Connections), "-active", Text(options.Active)]));
        }
    }

    internal string Workload { get; }

    internal int Id => _process.Id;

    /// <summary>Lets it work for a while.</summary>
    /// <returns>How many operations it did, in how many seconds, and what that took.</returns>
    internal (double Operations, double Seconds, ThreadTimes Times) Work(TimeSpan duration)
    {
        double before = Operations();
        var times = ThreadTimes.Of(Id);
        long begin = Stopwatch.GetTimestamp();
        if (_load is null)
            Thread.Sleep(duration);
        else
            _load.Run(duration);
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return (Operations() - before, seconds, ThreadTimes.Of(Id) - times);
    }

    /// <summary>How many operations it has done.</summary>
    internal double Operations()
    {
        if (_load is not null)
            return _load.Answers;
        _process.StandardInput.WriteLine();
        return double.Parse(_process.StandardOutput.ReadLine() ?? throw new IOException($"The target {Workload} has ended."), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _load?.Dispose();
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            _process.Kill();
        _process.Dispose();
    }

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);
}
