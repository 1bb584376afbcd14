using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Validation;
using Gmp.Tool.Reporting;
using Gmp.Tool.Reporting.Json;
using Gmp.Tool.Stdio;
using Gmp.Tracing;

namespace Gmp.Tool.Commands;

/// <summary><c>info</c>: what is in a file and what is missing from it.</summary>
internal static class InfoCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(ToolContext context)
    {
        var file = new Argument<string>("file") { Description = "The trace." };
        var format = new FormatOption("The form of the output; text if not given.", ReportFormat.Text, ReportFormat.Json);
        var validate = new Option<bool>("--validate") { Description = $"Check every record against the rules of a trace; exit code {ExitCode.RulesBroken} if one is broken." };
        var command = new Command("info", "Tell what is in a trace: duration, events, losses, Gs, Ps, Ms, complete or not.") { file, validate };
        format.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            var validator = parsed.GetValue(validate) ? new TraceValidator() : null;
            var trace = TraceOpening.Load(path, validator);
            var result = validator?.Result;
            if (format.Read(parsed) == ReportFormat.Json)
            {
                var json = JsonReport.Trace(trace.Info, path) with { Validation = result is null ? null : JsonReport.Validation(result) };
                context.Stdio.Out.WriteLine(JsonSerializer.Serialize(json, JsonReportContext.Default.JsonTrace));
            }
            else
            {
                Write(context.Stdio.Out, trace, path);
                if (result is not null)
                    ValidationText.Write(context.Stdio.Out, result, trace.Info.Schedulers.Count > 1);
            }
            return result is { Count: > 0 } ? ExitCode.RulesBroken : ExitCode.Ok;
        });
        return command;
    }

    private static void Write(TextWriter output, LoadedTrace trace, string path)
    {
        var info = trace.Info;
        Row("File", path);
        Row("Format", $"nettrace {info.FormatVersion}, {Units.Bytes(info.Bytes)}"
            + (info.IsTruncated ? ", truncated: the end mark is missing, what is whole was read"
                : info.IsRepaired ? ", ended early: repaired by the recorder"
                : ", complete"));
        Row("Process", info.ProcessId == 0 ? "unknown" : info.ProcessId.ToString(CultureInfo.InvariantCulture));
        Row("Runtime", info.Runtime.Length == 0 ? "unknown" : info.Runtime);
        Row("Start", info.StartUtc is DateTime start ? start.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture) : "unknown");
        Row("Duration", Units.Time(info.DurationNs));
        if (!info.HasGoroutineProvider)
            Row("Goroutines", "none: the trace holds no events of " + GmpEventSource.ProviderName);
        else
            WriteScheduler(Row, trace);
        var samples = trace.Model.Samples;
        if (samples.ThresholdNs is not null)
            Row("Stacks", samples.Count == 0 ? "none were sampled" + (samples.Problem.Length == 0 ? "" : ": " + samples.Problem)
                : $"{Units.Count(samples.Count, "sample")} of {Units.Count(samples.Threads, "M")}, taken in {Units.Time(samples.Periods.Sum(p => p.End - p.Start))}");
        foreach (var (provider, count) in info.OtherProviders.OrderBy(p => p.Key, StringComparer.Ordinal))
            Row("Also", $"{Units.Count(count, "event")} of {provider}");

        void Row(string label, string value) => output.WriteLine($"{label,-15}: {TerminalText.Escape(value)}");
    }

    private static void WriteScheduler(Action<string, string> row, LoadedTrace trace)
    {
        var info = trace.Info;
        row("Events", info.FromTransitions
            ? $"{Units.Count(info.Records)}, one nettrace event each"
            : $"{Units.Count(info.Records)} in {Units.Count(info.Batches, "batch", "batches")}");
        row("Lost", TraceSummary.Losses(info));
        if (info.LateRecords + info.RepairedRecords + info.UnknownRecords > 0)
            row("Mended", $"{Units.Count(info.LateRecords)} late, {Units.Count(info.RepairedRecords)} contradictory, {Units.Count(info.UnknownRecords)} of unknown kind");
        foreach (var scheduler in info.Schedulers)
        {
            row("Scheduler", $"{scheduler.Id}{(scheduler.Name.Length == 0 ? "" : $" \"{scheduler.Name}\"")}, {Units.Count(scheduler.Procs, "P")}, slice {Units.Time(scheduler.SliceNs)}"
                + (scheduler.StoppedAt is long end ? $", ended at {Units.Moment(end)}" : ""));
        }
        row("Gs, Ps, Ms", $"{Units.Count(trace.Model.Goroutines.Count, "goroutine")}, "
            + $"{Units.Count(trace.Model.Lanes.Count(l => l.Kind == LaneKind.Processor), "P")}, {Units.Count(info.RecordsByKind[(int)EventKind.MStart], "M")} started");
    }
}
