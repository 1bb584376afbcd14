using System.CommandLine;
using Gmp.Tool.Reporting;
using Gmp.Tool.Tui;

namespace Gmp.Tool.Commands;

/// <summary><c>view</c>: the timeline of a file.</summary>
internal static class ViewCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(ToolContext context)
    {
        var file = new Argument<string>("file") { Description = "The trace." };
        var screen = new ScreenOptions();
        var command = new Command("view", "Show the timeline of a trace in the terminal.") { file };
        screen.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            // Read first: what is wrong with the file is worth more to know than that there is no terminal.
            var trace = TraceOpening.LoadGoroutines(path);
            int code = context.Stdio is { InIsTerminal: true, OutIsTerminal: true }
                ? TimelineApp.RunFile(trace, path, screen.Read(parsed, context.Stdio))
                : TimelineApp.NoTerminal;
            return code != TimelineApp.NoTerminal ? code : throw new ToolFailure(ExitCode.PlatformNotSupported,
                $"The timeline needs a terminal: run `dotnet gmp-trace report {ShellWord.Quote(path)}` instead.");
        });
        return command;
    }
}
