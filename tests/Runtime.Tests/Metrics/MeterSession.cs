using System.Diagnostics.Metrics;
using System.Globalization;

namespace Gmp.Tests.Metrics;

/// <summary>Listens to the meter as any tool does, and keeps what it says of one scheduler.</summary>
internal sealed class MeterSession : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Reading> _readings = [];
    private readonly List<(string Name, string Scheduler, double Value)> _recorded = [];

    /// <param name="withTimes">Whether the histograms too, which switches the measuring on.</param>
    internal MeterSession(bool withTimes = false)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != RuntimeMeter.Name)
                return;
            Instruments.Add(instrument);
            if (withTimes || instrument is not Histogram<double>)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _readings.Add(new(instrument.Name, value, [.. tags])));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            lock (_recorded)
                _recorded.Add((instrument.Name, SchedulerOf(tags), value));
        });
        _listener.Start();
    }

    internal List<Instrument> Instruments { get; } = [];

    internal sealed record Reading(string Name, long Value, KeyValuePair<string, object?>[] Tags)
    {
        internal string? Tag(string name) => (string?)Tags.FirstOrDefault(t => t.Key == name).Value;
    }

    internal List<Reading> ReadAll()
    {
        _readings.Clear();
        _listener.RecordObservableInstruments();
        return [.. _readings];
    }

    /// <summary>An instrument's value for the calling goroutine's scheduler; with a tag, of that series alone, else the sum of all.</summary>
    internal long Read(string name, string? tag = null)
    {
        string mine = Number(Scheduler.Current!);
        var series = ReadAll().Where(r => r.Name == name && r.Tag("scheduler") == mine
            && (tag is null || r.Tags.Any(t => (string?)t.Value == tag && t.Key != "scheduler"))).ToList();
        Assert.NotEmpty(series);
        return series.Sum(r => r.Value);
    }

    internal List<double> Recorded(string name, Scheduler scheduler)
    {
        lock (_recorded)
            return [.. _recorded.Where(r => r.Name == name && r.Scheduler == Number(scheduler)).Select(r => r.Value)];
    }

    internal static string Number(Scheduler scheduler) => scheduler.Number.ToString(CultureInfo.InvariantCulture);

    public void Dispose() => _listener.Dispose();

    private static string SchedulerOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == "scheduler")
                return (string)tag.Value!;
        }
        return "";
    }
}
