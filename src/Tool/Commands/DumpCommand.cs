using System.CommandLine;
using Gmp.Tool.Dumping;
using Gmp.Tool.Reporting;

namespace Gmp.Tool.Commands;

/// <summary><c>dump</c>: every goroutine of a running process at one moment.</summary>
internal static class DumpCommand
{
    // The buffer holds the snapshot of a million goroutines; nothing goes to a file.
    private static readonly RecordingRequest s_request = new(Output: null, Overwrite: false, Duration: null, BufferMegabytes: 256);

    /// <summary>Makes the verb.</summary>
    public static Command Create(ToolContext context)
    {
        var target = new TargetOptions();
        var format = new FormatOption("The form of the output; text if not given.", ReportFormat.Text, ReportFormat.Json);
        var all = new Option<bool>("--all") { Description = "A line for each goroutine instead of each group." };
        var command = new Command("dump", "Show every goroutine of a running process, grouped by state and creation site.") { all };
        target.AddTo(command);
        format.AddTo(command);
        command.SetAction(parsed =>
        {
            var process = target.Resolve(parsed, context.Resolver);
            using var session = new SnapshotSession(context.Sessions.Open(process, s_request), process);
            var snapshot = session.Take();
            if (format.Read(parsed) == ReportFormat.Json)
                JsonDump.Write(context.Stdio.Out, process, snapshot, parsed.GetValue(all));
            else
                new TextDump(context.Stdio).Write(process, snapshot, parsed.GetValue(all));
            context.Stdio.Out.Flush();
            if (snapshot is { IsComplete: true, Losses: 0 })
                return ExitCode.Ok;
            throw new ToolFailure(ExitCode.TracingError, snapshot.IsComplete
                ? $"Process {process.Id} ({process.Name}) dropped a part of the snapshot: goroutines may be missing."
                : $"Process {process.Id} ({process.Name}) did not tell all of its goroutines in time: some are missing.");
        });
        return command;
    }
}
