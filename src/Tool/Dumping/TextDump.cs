using System.Globalization;
using Gmp.Analysis.Model;
using Gmp.Analysis.Snapshots;
using Gmp.Tool.Reporting;
using Gmp.Tool.Stdio;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Dumping;

/// <summary>
/// A snapshot for people: a table for each scheduler, a line for each group of goroutines with the same state and creation site, the biggest first.
/// What looks like a deadlock is marked, and the mark explained below the table.
/// </summary>
internal sealed class TextDump(IStdio stdio)
{
    private const int Examples = 3;
    private const int MostOfAColumn = 48;

    /// <summary>Writes it.</summary>
    /// <param name="target">Whose goroutines they are.</param>
    /// <param name="snapshot">The goroutines.</param>
    /// <param name="all">A line for each goroutine and not for each group.</param>
    public void Write(TargetProcess target, ProcessSnapshot snapshot, bool all)
    {
        Line($"Process {target.Id} ({target.Name}){At(snapshot)}: {Units.Count(snapshot.Count, "goroutine")} in {Units.Count(snapshot.Schedulers.Count, "scheduler")}");
        foreach (var scheduler in snapshot.Schedulers)
        {
            stdio.Out.WriteLine();
            Line(Heading(scheduler));
            if (scheduler.Goroutines.Count > 0)
                WriteTable(all ? Singles(scheduler) : Groups(scheduler), rightAligned: all ? 0 : 1);
            foreach (string note in Notes(scheduler))
                Line(note);
        }
    }

    private static string At(ProcessSnapshot snapshot) =>
        snapshot.TakenUtc is DateTime time ? time.ToString(" 'at' yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture) : "";

    private static string Heading(SchedulerSnapshot scheduler)
    {
        string name = scheduler.Name.Length == 0 ? "" : $" \"{scheduler.Name}\"";
        var states = scheduler.Goroutines.GroupBy(g => g.Status).OrderBy(g => g.Key)
            .Select(g => $"{Units.Count(g.Count())} {g.Key.ToString().ToLowerInvariant()}");
        return $"Scheduler {scheduler.Id}{name}: {Units.Count(scheduler.Processors, "P")}, {Units.Count(scheduler.Goroutines.Count, "goroutine")}"
            + (scheduler.Goroutines.Count == 0 ? "" : $": {string.Join(", ", states)}");
    }

    private static IEnumerable<string> Notes(SchedulerSnapshot scheduler)
    {
        if (scheduler.AllWait)
            yield return "! Every goroutine waits for another: a deadlock, unless a timer's channel or a thread outside the scheduler wakes one.";
        foreach (var circle in scheduler.Circles)
        {
            yield return (circle.Count == 1 ? "! A goroutine waits for a lock that it has itself: " : "! A deadlock: goroutines wait for each other's locks: ")
                + string.Join("; ", circle.Select((g, i) => $"{Label(g)} for {g.State} #{g.WaitsOn}, held by {Label(circle[(i + 1) % circle.Count])}")) + ".";
        }
        if (scheduler.Groups.Any(g => g.Suspicion == Suspicion.WaitsForEver))
            yield return "! select (no cases): nothing wakes it.";
        if (scheduler.Groups.Any(g => g.Suspicion == Suspicion.LongOnALock))
            yield return "! For 10 s or more on a lock: look for who holds it (--all tells); it may be one that waits itself.";
    }

    // ---- Rows: a mark, then cells ----------------------------------------------------------------------------------------------------

    private static List<string[]> Groups(SchedulerSnapshot scheduler)
    {
        List<string[]> rows = [["", "COUNT", "STATE", "LONGEST", "MEDIAN", "CREATED AT", "GOROUTINES"]];
        foreach (var group in scheduler.Groups)
        {
            rows.Add(
            [
                IsMarked(scheduler, group) ? "!" : "", Units.Count(group.Members.Count), State(group), Time(group.LongestNs),
                group.Members.Count == 1 ? "" : Time(group.MedianNs), Site(group.CreatedAt), Who(group),
            ]);
        }
        return rows;
    }

    private static List<string[]> Singles(SchedulerSnapshot scheduler)
    {
        List<string[]> rows = [["", "GOROUTINE", "NAME", "STATE", "SINCE", "CREATED AT", "BY"]];
        foreach (var group in scheduler.Groups)
        {
            string mark = IsMarked(scheduler, group) ? "!" : "";
            rows.AddRange(group.Members.Select(g => new[]
            {
                mark, $"G{g.Id}", g.Name, State(g), Time(g.SinceNs), Site(g.CreatedAt), g.Parent == 0 ? "" : $"G{g.Parent}",
            }));
        }
        return rows;
    }

    private static string State(GoroutineGroup group)
    {
        var places = group.Members.Select(g => g.Place).OfType<string>().Distinct().Take(Examples + 1).ToArray();
        return places.Length is 0 or > Examples ? group.State : $"{group.State} on {string.Join(", ", places)}";
    }

    private static bool IsMarked(SchedulerSnapshot scheduler, GoroutineGroup group) =>
        scheduler.AllWait || group.Suspicion != Suspicion.None
        || scheduler.Circles.Any(c => c.Any(g => (g.Status, g.Reason, g.CreatedAt) == (group.Members[0].Status, group.Members[0].Reason, group.CreatedAt)));

    private static string State(SnapshotGoroutine g) =>
        g.Place is not null ? $"{g.State} on {g.Place}"
        : g.WaitsOn == 0 ? g.State
        : g.HeldBy == 0 ? $"{g.State} #{g.WaitsOn}"
        : $"{g.State} #{g.WaitsOn}, held by G{g.HeldBy}";

    private static string Label(SnapshotGoroutine g) => g.Name.Length == 0 ? $"G{g.Id}" : $"G{g.Id} \"{g.Name}\"";

    private static string Who(GoroutineGroup group)
    {
        string examples = string.Join(", ", group.Members.Take(Examples).Select(Label));
        return group.Members.Count > Examples ? examples + ", ..." : examples;
    }

    private static string Time(long? ns) => ns is long known ? known < 1_000_000 ? "< 1 ms" : Units.Time(known) : "-";

    private static string Site(SourceSite? site) => site is null ? "-" : site.Line == 0 ? site.File : $"{site.Short} {site.Member}";

    // ---- Writing ---------------------------------------------------------------------------------------------------------------------

    private void WriteTable(List<string[]> rows, int rightAligned)
    {
        var cells = rows.ConvertAll(row => Array.ConvertAll(row, TerminalText.Escape));
        int columns = cells[0].Length;
        int[] widths = new int[columns];
        foreach (string[] row in cells)
        {
            for (int i = 0; i < columns; i++)
                widths[i] = Math.Max(widths[i], Math.Min(row[i].Length, MostOfAColumn));
        }
        widths[0] = 1;
        foreach (string[] row in cells)
        {
            var padded = row.Select((cell, i) => i == columns - 1 ? cell : i == rightAligned || cell == "-" || IsTime(rows[0][i])
                ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            string line = string.Join("  ", padded).TrimEnd();
            stdio.Out.WriteLine(line.Length > stdio.Width ? line[..(stdio.Width - 1)] + "…" : line);
        }
    }

    private static bool IsTime(string heading) => heading is "LONGEST" or "MEDIAN" or "SINCE";

    private void Line(string text) => stdio.Out.WriteLine(TerminalText.Escape(text));
}
