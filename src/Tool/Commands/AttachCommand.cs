using System.CommandLine;
using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tool.Keeping;
using Gmp.Tool.Recording;
using Gmp.Tool.Reporting;
using Gmp.Tool.Reporting.Text;
using Gmp.Tool.Stdio;
using Gmp.Tool.Tui;

namespace Gmp.Tool.Commands;

/// <summary><c>attach</c>: records a process and shows it live, or with progress lines where nobody can look at a screen.</summary>
internal static class AttachCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(ToolContext context)
    {
        var id = new Argument<string>("pid") { Description = "The process to attach to." };
        var noUi = new Option<bool>("--no-ui") { Description = "Record with progress lines instead of the live timeline." };
        var noReport = new Option<bool>("--no-report") { Description = "Print the trace's path only, no findings." };
        var recording = new RecordingOptions();
        var keep = new KeepOptions();
        var screen = new ScreenOptions();
        var language = new LanguageOption();
        var command = new Command("attach", "Record a running process and show its scheduler live.") { id, noUi, noReport };
        recording.AddTo(command);
        keep.AddTo(command);
        screen.AddTo(command);
        language.AddTo(command);
        command.SetAction(parsed =>
        {
            string text = parsed.GetRequiredValue(id);
            if (!TargetOptions.TryParseId(text, out int pid))
                throw new ToolFailure(ExitCode.ArgumentError, $"'{text}' is not a valid process ID.");
            var request = recording.Read(parsed);
            if (keep.Read(parsed, recording) is { } kept)
                return KeepRun.Run(context, context.Resolver.ById(pid), request, kept);
            bool hasScreen = !parsed.GetValue(noUi) && context.Stdio is { InIsTerminal: true, OutIsTerminal: true };
            return Run(context, pid, request, hasScreen ? screen.Read(parsed, context.Stdio) : null, parsed.GetValue(noReport) ? null : language.Read(parsed));
        });
        return command;
    }

    private static int Run(ToolContext context, int pid, RecordingRequest request, TuiOptions? screen, Phrases? report)
    {
        var target = context.Resolver.ById(pid);
        string path;
        ToolFailure? failure;
        int code = ExitCode.Ok;
        using (var recording = RecordingStart.Start(context, target, request, RecordingStart.Greeting))
        {
            path = recording.OutputPath;
            int shown = screen is null ? TimelineApp.NoTerminal : Show(recording, screen);
            if (shown != TimelineApp.NoTerminal)
            {
                code = shown;
                recording.Stop();
                // The screen said so too, but it is gone.
                if (recording.End != RecordingEnd.Requested && recording.Failure is null)
                    context.Stdio.Error.WriteLine(recording.EndReason);
                using var losses = new LossLine(recording);
                losses.Write(context.Stdio);
            }
            else
            {
                RecordingProgress.Begin(context.Stdio, target, path, request);
                RecordingProgress.Run(context.Stdio, recording, watchEnter: true);
            }
            failure = recording.Failure;
        }
        Conclude(context, path, report);
        return failure is null ? code : throw failure;
    }

    private static int Show(TraceRecording recording, TuiOptions screen)
    {
        using var follower = new TraceFollower(recording.OutputPath);
        return TimelineApp.RunLive(follower, recording, screen);
    }

    private static void Conclude(ToolContext context, string path, Phrases? language)
    {
        var stdio = context.Stdio;
        if (language is null)
        {
            stdio.WritePath(path);
            return;
        }
        var trace = TraceOpening.LoadGoroutines(path);
        new TextReport(stdio.Out, TextStyle.Of(stdio), language).WriteSummary(trace, Analyzer.Run(new QuestionContext(trace) { Phrases = language }), path);
        stdio.Error.WriteLine($"`dotnet gmp-trace report {TerminalText.Escape(ShellWord.Quote(path))}` explains it, `view` shows it.");
    }
}
