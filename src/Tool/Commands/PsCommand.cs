using System.CommandLine;
using System.Globalization;
using Gmp.Tool.Stdio;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Commands;

/// <summary><c>ps</c>: the .NET processes, which of them run goroutines, and why one can't be seen.</summary>
internal static class PsCommand
{
    private sealed record Row(TargetProcess Process, string Goroutines);

    /// <summary>Makes the verb.</summary>
    public static Command Create(ToolContext context)
    {
        var command = new Command("ps", "List the .NET processes that can be recorded, and which of them run goroutines.");
        command.SetAction(_ => Run(context));
        return command;
    }

    private static int Run(ToolContext context)
    {
        var processes = context.Processes;
        var published = processes.WithDiagnosticsPort();
        Row[] rows =
        [
            .. published.Select(id => new Row(processes.Describe(id), Goroutines(processes.RunsGoroutines(id))))
                .OrderBy(row => row.Process.Name, StringComparer.OrdinalIgnoreCase).ThenBy(row => row.Process.Id),
        ];
        if (rows.Length > 0)
            Write(context.Stdio, rows);
        else
            context.Stdio.Error.WriteLine(
                "No supported .NET processes were found: no diagnostics port in " + TerminalText.Escape(processes.DiagnosticsDirectory) + ".");
        Explain(context, published);
        return ExitCode.Ok;
    }

    private static void Write(IStdio stdio, Row[] rows)
    {
        int idWidth = Math.Max(3, rows.Max(r => Id(r).Length));
        int nameWidth = Math.Clamp(rows.Max(r => TerminalText.Escape(r.Process.Name).Length), 4, 40);
        Line("PID", "NAME", "GOROUTINES", "COMMAND");
        foreach (var row in rows)
            Line(Id(row), TerminalText.Escape(row.Process.Name), row.Goroutines, TerminalText.Escape(row.Process.CommandLine));

        void Line(string id, string name, string goroutines, string command)
        {
            string line = $"{id.PadLeft(idWidth)}  {name.PadRight(nameWidth)}  {goroutines,-10}  {command}".TrimEnd();
            stdio.Out.WriteLine(line.Length > stdio.Width ? line[..(stdio.Width - 1)] + "…" : line);
        }
    }

    /// <summary>What the table lacks, and why: one line each, on stderr.</summary>
    private static void Explain(ToolContext context, IReadOnlyList<int> published)
    {
        var processes = context.Processes;
        var hidden = processes.WithSchedulerThread().Except(published).Where(id => id != Environment.ProcessId).ToArray();
        foreach (int id in hidden)
        {
            var target = processes.Describe(id);
            context.Stdio.Error.WriteLine(TerminalText.Escape(
                $"Process {id} ({target.Name}) runs goroutines, but has no diagnostics port in {processes.DiagnosticsDirectory}: "
                + (BelongsToAnother(processes, id) ? "it belongs to another user, " : "")
                + "it was started with DOTNET_EnableDiagnostics=0 or another TMPDIR, or it runs in another container."));
        }
        foreach (int id in published.Where(id => processes.OwnUser is not 0 && BelongsToAnother(processes, id)))
        {
            context.Stdio.Error.WriteLine(TerminalText.Escape(
                $"Process {id} belongs to user {processes.UserOf(id)}: to record it, run this tool as that user or as root."));
        }
        if (published.Any(id => processes.RunsGoroutines(id) is null))
            context.Stdio.Error.WriteLine("?: not visible from outside on this system; `attach` finds out.");
    }

    private static bool BelongsToAnother(IProcessTable processes, int id) =>
        processes.UserOf(id) is int owner && processes.OwnUser is int own && owner != own;

    private static string Id(Row row) => row.Process.Id.ToString(CultureInfo.InvariantCulture);

    private static string Goroutines(bool? runs) => runs switch { true => "yes", false => "no", null => "?" };
}
