using System.Globalization;
using System.Text.RegularExpressions;
using Gmp.Analysis.Model;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Crafting;

/// <summary>
/// The text form of a trace: a line a record, <c>TIME STREAM KIND field=value ...</c>, read by <see cref="EventTable"/>. What is left out is 0
/// or empty. Times and durations take units (<c>10ms</c>), numbers that stand for names take the names (<c>queue=Global</c>).
/// <code>
/// 1ms P0 GoStart g=7
/// 2ms -  GoUnblock g=8 by=7 queue=Global
/// loss P0          # what P0 wrote since its last flush was dropped
/// flush P0
/// mark 50ms        # sysmon flushes everything
/// </code>
/// and the commands of <see cref="SampleScript"/>.
/// </summary>
internal static partial class TextTrace
{
    public static Recorder Record(IEnumerable<string> lines, bool asTransitions = false)
    {
        var recorder = new Recorder { AsTransitions = asTransitions };
        Put(recorder, lines);
        return recorder;
    }

    /// <summary>Goes on with more lines.</summary>
    public static void Put(Recorder recorder, IEnumerable<string> lines)
    {
        foreach (string raw in lines)
        {
            string line = Comment().Replace(raw, "").Trim();
            if (line.Length > 0)
                Put(recorder, line);
        }
    }

    private static void Put(Recorder recorder, string line)
    {
        var words = Words().Matches(line).Select(m => m.Value).ToArray();
        switch (words[0])
        {
            case "loss":
                recorder.Lose(Stream(words[1]).Stream);
                return;
            case "flush":
                recorder.Flush(Stream(words[1]).Stream);
                return;
            case "sampling":
                recorder.Samples.Settings(Number(words[1]), string.Join(' ', words.Skip(2)));
                return;
            case "sampled":
                recorder.Samples.Period(Number(words[1]), Number(words[2]));
                return;
            case "sample":
                recorder.Samples.Sample(Number(words[1]), Number(words[2]), words.Skip(3));
                return;
            case "host":
                var host = Fields(words.Skip(1));
                recorder.Samples.Host((int)host.GetValueOrDefault("cpus", 2), (int)host.GetValueOrDefault("machine", 2), host.GetValueOrDefault("quota") / 1000.0);
                return;
            case "fact":
                var fact = Fields(words.Skip(2));
                recorder.Samples.Fact(new HostFact(Number(words[1]))
                {
                    BusyNs = fact.GetValueOrDefault("busyNs", -1),
                    IdleNs = fact.GetValueOrDefault("idleNs", -1),
                    CpuNs = fact.GetValueOrDefault("cpuNs", -1),
                    MachineCpuNs = fact.GetValueOrDefault("machineCpuNs", -1),
                    MachineQueueNs = fact.GetValueOrDefault("machineQueueNs", -1),
                    WorstQueueNs = fact.GetValueOrDefault("worstQueueNs", 0),
                    Threads = (int)fact.GetValueOrDefault("threads", -1),
                    WorkingSetBytes = fact.GetValueOrDefault("workingSetBytes", -1),
                    Throttled = fact.GetValueOrDefault("throttled", -1),
                    ThrottledNs = fact.GetValueOrDefault("throttledNs", -1),
                });
                return;
            case "mark":
                recorder.Mark(Number(words[1]));
                return;
        }
        var (scheduler, stream) = Stream(words[1]);
        var spec = EventTable.Find(words[2]) ?? throw new FormatException($"No event is called {words[2]}: {line}");
        var values = words.Skip(3).ToDictionary(w => w[..w.IndexOf('=')], w => w[(w.IndexOf('=') + 1)..]);
        long[] numbers = new long[spec.NumberCount];
        string[] texts = ["", ""];
        int text = 0;
        for (int i = 0; i < spec.Fields.Count; i++)
        {
            var field = spec.Fields[i];
            values.Remove(field.Name, out string? value);
            if (field.Type == FieldType.String)
                texts[text++] = (value ?? "").Trim('"');
            else
                numbers[i] = value is null ? (field.Type == FieldType.Int ? -1 : 0) : Number(value, Names(spec.Kind, field.Name));
        }
        if (values.Count > 0)
            throw new FormatException($"{spec.Name} has no field {string.Join(", ", values.Keys)}: {line}");
        recorder.Put(scheduler, stream, Number(words[0]), spec.Kind, numbers, texts[0], texts[1]);
    }

    private static Dictionary<string, long> Fields(IEnumerable<string> words) =>
        words.ToDictionary(w => w[..w.IndexOf('=')], w => Number(w[(w.IndexOf('=') + 1)..]));

    private static Type? Names(EventKind kind, string field) => (kind, field) switch
    {
        (_, "queue") => typeof(RunQueueKind),
        (EventKind.GoStop, "reason") => typeof(StopReason),
        (EventKind.GoBlock or EventKind.GoStatus, "reason") => typeof(WaitReason),
        (EventKind.ProcRetake or EventKind.ProcHandoff, "reason") => typeof(HandoffReason),
        (EventKind.GoStatus, "status") => typeof(GoStatus),
        (EventKind.ProcStatus, "status") => typeof(ProcStatus),
        _ => null,
    };

    private static (int Scheduler, int Stream) Stream(string word)
    {
        var match = StreamWord().Match(word);
        if (!match.Success)
            throw new FormatException($"Not a stream: {word}");
        int scheduler = match.Groups["s"].Success ? int.Parse(match.Groups["s"].Value, CultureInfo.InvariantCulture) : 1;
        return (scheduler, match.Groups["p"].Success ? int.Parse(match.Groups["p"].Value, CultureInfo.InvariantCulture) : EventTable.NoP);
    }

    private static long Number(string word, Type? names = null)
    {
        if (names is not null && Enum.TryParse(names, word, out object? named))
            return Convert.ToInt64(named, CultureInfo.InvariantCulture);
        var match = Amount().Match(word);
        if (!match.Success)
            throw new FormatException($"Not a number: {word}");
        decimal unit = match.Groups["u"].Value switch { "s" => 1e9m, "ms" => 1e6m, "us" => 1e3m, _ => 1 };
        return (long)(decimal.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture) * unit);
    }

    [GeneratedRegex("#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("""[^\s"]+="[^"]*"|\S+""")]
    private static partial Regex Words();

    [GeneratedRegex(@"^(s(?<s>\d+)/)?(P(?<p>\d+)|-)$")]
    private static partial Regex StreamWord();

    [GeneratedRegex(@"^(?<n>-?\d+(\.\d+)?)(?<u>ns|us|ms|s)?$")]
    private static partial Regex Amount();
}
