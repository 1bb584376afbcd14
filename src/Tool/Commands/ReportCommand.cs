using System.CommandLine;
using Gmp.Analysis.Model;
using Gmp.Tool.Recording;

namespace Gmp.Tool.Commands;

/// <summary><c>report</c>: the answers, about a file or about a process that is recorded for a while.</summary>
internal static class ReportCommand
{
    private static readonly TimeSpan s_defaultDuration = TimeSpan.FromSeconds(10);

    /// <summary>Makes the verb.</summary>
    public static Command Create(ToolContext context)
    {
        var file = new Argument<string?>("file") { Description = "The trace to report on.", Arity = ArgumentArity.ZeroOrOne };
        var target = new TargetOptions();
        var recording = new RecordingOptions(s_defaultDuration, "a temporary file that is deleted after the report");
        var report = new ReportOptions();
        var selection = new SelectionOptions();
        var command = new Command("report", "Answer the questions about blocking and starvation, from FILE or from a live process (-p PID --duration 10s).") { file };
        target.AddTo(command);
        recording.AddTo(command);
        report.AddTo(command);
        selection.AddTo(command);
        command.SetAction(parsed =>
        {
            string? path = parsed.GetValue(file);
            // With a file there is no process to name.
            if (path is not null ? target.HasId(parsed) : !target.IsGiven(parsed))
                throw new ToolFailure(ExitCode.ArgumentError, "Give either a trace file or a process (--process-id or --name).");
            if (path is not null)
            {
                // Before the reading, which takes a while.
                var request = report.Read(parsed, recording, isRecorded: false);
                return ReportPrinting.Print(context, TraceOpening.LoadGoroutines(path, selection.Read(parsed, target.Name(parsed))), path, request);
            }
            return Record(context, parsed, target, recording, report, selection.Read(parsed));
        });
        return command;
    }

    private static int Record(ToolContext context, ParseResult parsed, TargetOptions target, RecordingOptions options, ReportOptions report, TraceSelection selection)
    {
        var process = target.Resolve(parsed, context.Resolver);
        var request = options.Read(parsed);
        var wanted = report.Read(parsed, options, isRecorded: true);   // before the recording, which takes a while
        using var temporary = request.Output is null ? new TemporaryTrace() : null;
        request = request with { Output = request.Output ?? temporary!.Path };
        ToolFailure? failure;
        using (var recording = RecordingStart.Start(context, process, request, RecordingStart.Greeting))
        {
            RecordingProgress.Begin(context.Stdio, process, recording.OutputPath, request);
            RecordingProgress.Run(context.Stdio, recording, watchEnter: true);
            failure = recording.Failure;
        }
        // What was recorded is reported even if the recording broke off; the failure then is the exit code.
        int code = ReportPrinting.Print(context, TraceOpening.LoadGoroutines(request.Output, selection), options.Output(parsed), wanted);
        return failure is null ? code : throw failure;
    }
}
