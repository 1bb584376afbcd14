using System.Globalization;
using System.Text;
using Gmp.Analysis.Model;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Crafting;

/// <summary>A trace as text, complete and stable, to compare with what a person wrote down.</summary>
internal static class Portrait
{
    // The other questions have tests of their own: a new one must not change every portrait.
    private static readonly string[] s_told = ["GMP001", "GMP201"];

    public static string Of(LoadedTrace trace)
    {
        var text = new StringBuilder();
        var (model, info) = trace;
        text.Append(CultureInfo.InvariantCulture, $"trace {Ns(info.DurationNs)}, {info.Records} records, lost {info.BatchesLost}, late {info.LateRecords}, repaired {info.RepairedRecords}\n");
        foreach (var lane in model.Lanes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Scheduler(lane.Scheduler)}{lane.Label}:");
            foreach (var span in lane.Spans)
                text.Append(CultureInfo.InvariantCulture, $" [{Ns(span.Start)} {Who(model, span)} {End(span)}]");
            foreach (var idle in lane.IdlePeriods)
                text.Append(CultureInfo.InvariantCulture, $" (idle {Ns(idle.Start)}..{(idle.End == long.MaxValue ? "" : Ns(idle.End))})");
            text.Append('\n');
        }
        foreach (var g in model.Goroutines)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Scheduler(g.Scheduler)}{Wording.Who(g)} {g.Status}{(g.WaitingFor == WaitReason.None ? "" : $" {g.WaitingFor}")} since {Ns(g.StatusSince)}:");
            Time(text, "running", g.RunningTime);
            Time(text, "runnable", g.RunnableTime);
            Time(text, "waiting", g.WaitingTime);
            Time(text, "syscall", g.SyscallTime);
            Time(text, "unknown", g.UnknownTime);
            if (g.Labels.Count != 0)
                text.Append(CultureInfo.InvariantCulture, $" labels {string.Join(", ", g.Labels.Select(l => $"{l.Key}={l.Value}"))}");
            text.Append('\n');
        }
        foreach (var slice in model.Slices.Concat(model.OpenSlices()))
        {
            text.Append(CultureInfo.InvariantCulture, $"slice {model.Goroutines[slice.Goroutine].Label} P{slice.Processor} {Ns(slice.Start)}..{Ns(slice.End)} ran {Ns(slice.RunNs)}, held until {Ns(slice.HeldUntil)}");
            text.Append(CultureInfo.InvariantCulture, $"{(slice.WasReported ? $", cpu {Ns(slice.OnCpuNs)} of {Ns(slice.ObservedNs)}" : "")}{(slice.IsOpen ? ", open" : "")}\n");
        }
        foreach (var task in model.Tasks)
            text.Append(CultureInfo.InvariantCulture, $"task {task.Id} \"{task.Name}\" of {task.Parent} by {model.Goroutines[task.Goroutine].Label} {Ns(task.Start)}..{Until(task.End)}\n");
        foreach (var region in model.Regions)
            text.Append(CultureInfo.InvariantCulture, $"region \"{region.Name}\" of {region.Task} in {model.Goroutines[region.Goroutine].Label} {Ns(region.Start)}..{Until(region.End)}\n");
        foreach (var message in model.Messages)
            text.Append(CultureInfo.InvariantCulture, $"message of {message.Task} in {model.Goroutines[message.Goroutine].Label} {Ns(message.Time)} {message.Category}: {message.Text}\n");
        foreach (var finding in Analyzer.Run(trace).Findings.Where(f => s_told.Contains(f.Id)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{finding.Id} {finding.Severity} {finding.Score} {finding.Confidence}: {finding.Answer}\n");
            foreach (string evidence in finding.Evidence)
                text.Append(CultureInfo.InvariantCulture, $"  - {evidence}\n");
        }
        return text.ToString();
    }

    private static string Until(long? end) => end is long time ? Ns(time) : "";

    private static string Scheduler(int id) => id == 1 ? "" : $"s{id}/";

    private static string Who(TraceModel model, Span span)
    {
        string what = span.Kind switch { SpanKind.Running => "", SpanKind.Syscall => " syscall", _ => "spin" };
        return span.Goroutine < 0 ? what : $"G{model.Goroutines[span.Goroutine].Id}{what}";
    }

    private static string End(Span span) =>
        span.EndedBy == SpanEnd.Open ? "open" : $"{Ns(span.End)} {span.EndedBy}{(span.Reason == WaitReason.None ? "" : $" {span.Reason}")}";

    private static void Time(StringBuilder text, string name, long ns)
    {
        if (ns != 0)
            text.Append(CultureInfo.InvariantCulture, $" {name} {Ns(ns)}");
    }

    // Exact: the smallest unit in which the number is whole.
    private static string Ns(long ns) =>
        ns == 0 ? "0"
        : ns % 1_000_000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{ns / 1_000_000}ms")
        : ns % 1_000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{ns / 1_000}us")
        : string.Create(CultureInfo.InvariantCulture, $"{ns}ns");
}
