namespace Bench.Overhead;

/// <summary>A target that makes so many transitions a second, recorded as batches for as long as one wants; and the same rate untraced beside it.</summary>
internal static class Sustained
{
    internal static void Run(OverheadOptions options)
    {
        string workload = options.Rate == 0 ? "yields" : $"paced:{options.Rate}";
        using var target = new TargetProcess(workload, options);
        target.Work(TimeSpan.FromSeconds(1));
        var (doneOff, secondsOff, off) = target.Work(TimeSpan.FromSeconds(Math.Clamp(options.Seconds / 3, 1, 5)));
        double before = target.Operations();
        using var recording = new Recording(target.Id, Config.Batches.Session!, Path.Combine(options.Work, "x.nettrace"));
        var (done, seconds, on) = target.Work(TimeSpan.FromSeconds(options.Seconds));
        double yields = target.Operations() - before;
        var counts = recording.Stop();
        string config = options.Rate == 0 ? "max" : $"{options.Rate / 1e6:0.#}M/s";
        Measuring.Line("sustained-rate", config, counts.Records * done / yields / seconds / 1e6, "M/s", options.Rate == 0 ? double.NaN : options.Rate / 1e6);
        Measuring.Line("sustained-untraced", config, 2 * doneOff / secondsOff / 1e6, "M/s");
        Measuring.Line("sustained-lost", config, counts.Lost, "events", 0);
        Measuring.Line("sustained-disk", config, counts.Bytes / seconds / 1e6, "MB/s");
        Measuring.Line("sustained-bytes", config, (double)counts.Bytes / counts.Records, "B", 6);
        // In cores. What recording takes is what is more than untraced, at the rate that was reached each time.
        double work = off.Goroutines / doneOff * done;
        Measuring.Line("sustained-goroutines", config, on.Goroutines / seconds, "cores");
        Measuring.Line("sustained-eventpipe", config, on.EventPipe / seconds, "cores");
        Measuring.Line("sustained-sysmon", config, on.Sysmon / seconds, "cores");
        Measuring.Line("sustained-recording", config, (on.Total - (off.Total - off.Goroutines) / secondsOff * seconds - work) / seconds, "cores", 0.5);
        // At a pace the target spends its time on pacing, more or less of it.
        if (options.Rate == 0)
            Measuring.Line("sustained-transition", config, (on.Goroutines - work) * 1e9 / (counts.Records * done / yields), "ns", 20);
    }
}
