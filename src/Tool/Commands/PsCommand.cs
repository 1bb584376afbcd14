using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Gmp.Tool.Reporting;
using Gmp.Tool.Stdio;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Commands;

/// <summary><c>ps</c>: the .NET processes, which of them run goroutines, and why one can't be recorded.</summary>
internal static class PsCommand
{
    private const int SchemaVersion = 1;

    private sealed record Row(ProcessFacts Facts, Sight Sight)
    {
        public string Id => Facts.Process.Id.ToString(CultureInfo.InvariantCulture);

        public string Goroutines => Facts.RunsGoroutines switch { true => "yes", false => "no", null => "?" };
    }

    /// <summary>Makes the verb.</summary>
    public static Command Create(ToolContext context)
    {
        var pids = new Argument<string[]>("pid") { Description = "Only these processes, whatever they are.", Arity = ArgumentArity.ZeroOrMore };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of the table." };
        var command = new Command("ps", "List the .NET processes, which of them run goroutines, and why one cannot be recorded.") { pids, json };
        command.SetAction(parsed => Run(context, [.. (parsed.GetValue(pids) ?? []).Select(text => Pid(context, text))], parsed.GetValue(json)));
        return command;
    }

    private static int Pid(ToolContext context, string text)
    {
        if (!TargetOptions.TryParseId(text, out int id))
            throw new ToolFailure(ExitCode.ArgumentError, $"'{text}' is not a valid process ID.");
        return context.Processes.Exists(id) ? id : throw new ToolFailure(ExitCode.SessionCreationError, $"There is no process {id}.");
    }

    private static int Run(ToolContext context, int[] only, bool json)
    {
        var processes = context.Processes;
        var survey = only.Length == 0 ? processes.Survey() : new Survey([.. only.Select(processes.Look)], 0);
        int? user = processes.OwnUser;
        Row[] rows =
        [
            .. survey.Processes.Select(facts => new Row(facts, Sight.Of(facts, user, processes.DiagnosticsDirectory)))
                .OrderBy(row => row.Facts.Process.Name, StringComparer.OrdinalIgnoreCase).ThenBy(row => row.Facts.Process.Id),
        ];
        if (json)
        {
            var list = new JsonProcesses(SchemaVersion, processes.DiagnosticsDirectory, survey.DeadSockets, [.. rows.Select(r => JsonProcess.Of(r.Facts, r.Sight))]);
            context.Stdio.Out.WriteLine(JsonSerializer.Serialize(list, JsonProcessesContext.Default.JsonProcesses));
            return ExitCode.Ok;
        }
        if (rows.Length > 0)
            Write(context.Stdio, rows);
        else
        {
            context.Stdio.Error.WriteLine(
                "No supported .NET processes were found: no diagnostics port in " + TerminalText.Escape(processes.DiagnosticsDirectory) + ".");
        }
        Explain(context, rows, survey.DeadSockets);
        return ExitCode.Ok;
    }

    private static void Write(IStdio stdio, Row[] rows)
    {
        int idWidth = Math.Max(3, rows.Max(r => r.Id.Length));
        int nameWidth = Math.Clamp(rows.Max(r => TerminalText.Escape(r.Facts.Process.Name).Length), 4, 40);
        int stateWidth = Math.Max(6, rows.Max(r => r.Sight.State.Length));
        Line("PID", "NAME", "GOROUTINES", "RECORD", "COMMAND");
        foreach (var row in rows)
            Line(row.Id, TerminalText.Escape(row.Facts.Process.Name), row.Goroutines, row.Sight.State, TerminalText.Escape(row.Facts.Process.CommandLine));

        void Line(string id, string name, string goroutines, string state, string command)
        {
            string line = $"{id.PadLeft(idWidth)}  {name.PadRight(nameWidth)}  {goroutines,-10}  {state.PadRight(stateWidth)}  {command}".TrimEnd();
            stdio.Out.WriteLine(line.Length > stdio.Width ? line[..(stdio.Width - 1)] + "…" : line);
        }
    }

    /// <summary>Why one cannot be recorded, and what to do: one line each, on stderr.</summary>
    private static void Explain(ToolContext context, Row[] rows, int deadSockets)
    {
        var talk = context.Stdio.Error;
        foreach (var row in rows.Where(r => r.Sight.Reason.Length > 0))
            talk.WriteLine(TerminalText.Escape($"Process {row.Id} ({row.Facts.Process.Name}) {row.Sight.Reason}. {row.Sight.Remedy}"));
        if (rows.Any(row => row.Facts.RunsGoroutines is null))
            talk.WriteLine("?: not visible from outside on this system; `attach` finds out.");
        if (deadSockets > 0)
        {
            talk.WriteLine(TerminalText.Escape($"{Units.Count(deadSockets, "socket")} in {context.Processes.DiagnosticsDirectory} "
                + $"{(deadSockets == 1 ? "is" : "are")} left over from processes that were killed: harmless, and safe to delete."));
        }
    }
}
