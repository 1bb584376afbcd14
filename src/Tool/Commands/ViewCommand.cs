using System.CommandLine;
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
            if (!context.Stdio.InIsTerminal || !context.Stdio.OutIsTerminal)
                throw new ToolFailure(ExitCode.PlatformNotSupported, $"The timeline needs a terminal: run `dotnet gmp-trace report {path}` instead.");
            return TimelineApp.RunFile(trace, path, screen.Read(parsed, context.Stdio));
        });
        return command;
    }
}
