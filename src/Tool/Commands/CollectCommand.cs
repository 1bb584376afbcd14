using System.CommandLine;
using Gmp.Tool.Keeping;
using Gmp.Tool.Ports;
using Gmp.Tool.Recording;
using Gmp.Tool.Stdio;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Commands;

/// <summary><c>collect</c>: records, and nothing else. <c>--</c> starts the program suspended, so that nothing of it is missed.</summary>
internal static class CollectCommand
{
    /// <summary>The verb.</summary>
    public const string Name = "collect";

    /// <summary>Makes the verb.</summary>
    /// <param name="context">The tool.</param>
    /// <param name="program">What stood behind <c>--</c>, or null.</param>
    public static Command Create(ToolContext context, string[]? program)
    {
        var target = new TargetOptions();
        var recording = new RecordingOptions();
        var keep = new KeepOptions();
        var showChildIo = new Option<bool>("--show-child-io") { Description = "With -- <command>: the program uses this terminal's input and output." };
        var port = new Option<PortAddress?>("--diagnostic-port", "--dport")
        {
            Description = "Record the program that comes to this port (DOTNET_DiagnosticPorts), or with ,connect the one that listens there.",
            HelpName = "address[,listen|connect]",
            CustomParser = result =>
            {
                if (PortAddress.Parse(result.Tokens is [var token] ? token.Value : "", out string problem) is { } address)
                    return address;
                result.AddError(problem);
                return null;
            },
        };
        var command = new Command(Name, "Record to a .nettrace file: a process (-p, -n), or a program from its start (-- <command> [args], --diagnostic-port)") { showChildIo, port };
        target.AddTo(command);
        recording.AddTo(command);
        keep.AddTo(command);
        command.SetAction(parsed =>
        {
            var request = recording.Read(parsed);
            var kept = keep.Read(parsed, recording);
            var address = parsed.GetValue(port);
            if (address is not null && (target.IsGiven(parsed) || program is not null))
                throw new ToolFailure(ExitCode.ArgumentError, "Give a process, a --diagnostic-port or a command after --, only one of them.");
            if (address is not null && kept is not null)
                throw new ToolFailure(ExitCode.ArgumentError, "--keep goes with a running process: give it with -p.");
            if (program is null)
            {
                if (parsed.GetValue(showChildIo))
                    throw new ToolFailure(ExitCode.ArgumentError, "--show-child-io goes with a program to start: collect --show-child-io -- <command>.");
                if (address is not null)
                    return PortRecording.Run(context, address, request);
                var process = target.Resolve(parsed, context.Resolver);
                return kept is null ? RecordProcess(context, process, request) : KeepRun.Run(context, process, request, kept);
            }
            if (target.IsGiven(parsed))
                throw new ToolFailure(ExitCode.ArgumentError, "Give a process or a command after --, not both.");
            if (kept is not null)
                throw new ToolFailure(ExitCode.ArgumentError, "--keep does not go with a command after --: start the program, and then give its process with -p.");
            return program.Length == 0
                ? throw new ToolFailure(ExitCode.ArgumentError, "There is no command after --.")
                : RecordProgram(context, program, request, parsed.GetValue(showChildIo));
        });
        return command;
    }

    private static int RecordProcess(ToolContext context, TargetProcess target, RecordingRequest request)
    {
        using var recording = RecordingStart.Start(context, target, request, RecordingStart.Greeting);
        RecordingProgress.Begin(context.Stdio, target, recording.OutputPath, request);
        RecordingProgress.Run(context.Stdio, recording, watchEnter: true);
        context.Stdio.WritePath(recording.OutputPath);
        return recording.Failure is null ? ExitCode.Ok : throw recording.Failure;
    }

    private static int RecordProgram(ToolContext context, string[] program, RecordingRequest request, bool showChildIo)
    {
        context.Stdio.Error.WriteLine("Launching: " + TerminalText.Escape(string.Join(' ', program)));
        using var launched = LaunchedProgram.Start(program, showChildIo);
        using var recording = StartWith(context, launched, program, request);
        RecordingProgress.Run(context.Stdio, recording, watchEnter: !showChildIo);
        if (!showChildIo)
            context.Stdio.WritePath(recording.OutputPath);
        if (recording.Failure is ToolFailure failure)
            throw failure;
        PortRecording.CheckGoroutines(context, recording);
        // The program's own exit code, if it came to its end; one that we stop has none to tell.
        int code = recording.End == RecordingEnd.TargetExited ? launched.WaitForExit() : ExitCode.Ok;
        PortRecording.TellOthers(context, launched.Others);
        return code;
    }

    private static TraceRecording StartWith(ToolContext context, LaunchedProgram launched, string[] program, RecordingRequest request)
    {
        // A tool that ended here would leave the program suspended for ever.
        using var signals = new StopSignals(launched.Stop, static () => { });
        var client = launched.Connect();
        var target = new TargetProcess(launched.ProcessId, ProcessTable.ProgramName(Path.GetFileName(program[0]), program), string.Join(' ', program));
        var recording = RecordingStart.StartOn(context.Sessions.Open(target, client, request), target, request);
        RecordingProgress.Begin(context.Stdio, target, recording.OutputPath, request);
        launched.Resume();
        return recording;
    }
}
