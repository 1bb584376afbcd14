using System.CommandLine;
using System.Diagnostics;
using Gmp.Tool.Demo;
using Gmp.Tool.Recording;
using Gmp.Tool.Stdio;

namespace Gmp.Tool.Commands;

/// <summary><c>demo</c>: starts a program with a known disease, records it as any other process, and reports on it.</summary>
internal static class DemoCommand
{
    private const int MaxProcessors = 256;
    private static readonly TimeSpan s_defaultDuration = TimeSpan.FromSeconds(3);

    // From its start to its first goroutine a program takes a fifth of a second; a busy machine may take many times that.
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Makes the verb.</summary>
    public static Command Create(ToolContext context)
    {
        var name = new Argument<string?>("scenario") { Description = string.Join(", ", Scenario.All.Select(s => s.Name)) + ".", Arity = ArgumentArity.ZeroOrOne };
        var serve = new Option<bool>("--serve") { Description = "Start the program alone, print `pid N`, and run until stopped: something to attach to." };
        var processors = new Option<int?>("--ps") { Description = "How many Ps the program runs on.", HelpName = "count" };
        processors.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out int count) && count is >= 1 and <= MaxProcessors))
                result.AddError($"--ps is between 1 and {MaxProcessors}.");
        });
        var recording = new RecordingOptions(s_defaultDuration, "a temporary file that is deleted after the report");
        var report = new ReportOptions();
        var command = new Command("demo", "Start a bundled program with a known disease, record it and report on it.") { name, serve, processors };
        recording.AddTo(command);
        report.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is not string wanted)
                return List(context.Stdio);
            var scenario = Scenario.All.FirstOrDefault(s => s.Name == wanted)
                ?? throw new ToolFailure(ExitCode.ArgumentError, $"There is no demo '{wanted}': choose one of {string.Join(", ", Scenario.All.Select(s => s.Name))}.");
            return parsed.GetValue(serve)
                ? Serve(context.Stdio, scenario, parsed.GetValue(processors))
                : Diagnose(context, scenario, parsed.GetValue(processors), recording.Read(parsed), report.Read(parsed, recording, isRecorded: true));
        });
        return command;
    }

    private static int List(IStdio stdio)
    {
        foreach (var scenario in Scenario.All)
            stdio.Out.WriteLine($"{scenario.Name,-14}  {scenario.Disease}");
        return ExitCode.Ok;
    }

    private static int Serve(IStdio stdio, Scenario scenario, int? processors)
    {
        using var stopped = new ManualResetEventSlim();
        using var signals = new StopSignals(stopped.Set, static () => { });
        // The pid stands first, whatever the program prints: scripts read the first line.
        using var announced = new ManualResetEventSlim();
        using var program = DemoProgram.Start(scenario, processors, line =>
        {
            announced.Wait();
            stdio.Out.WriteLine(TerminalText.Escape(line));
            stdio.Out.Flush();
        });
        program.WaitUntilRunning(s_startLimit);
        stdio.Out.WriteLine($"pid {program.ProcessId}");
        stdio.Out.Flush();
        announced.Set();
        while (!stopped.Wait(s_poll) && !program.HasExited)
        {
        }
        if (stopped.IsSet || program.ExitCode == 0)
            return ExitCode.Ok;
        throw new ToolFailure(ExitCode.TracingError, $"The demo program ended by itself with exit code {program.ExitCode}; what it printed says why.");
    }

    private static int Diagnose(ToolContext context, Scenario scenario, int? processors, RecordingRequest request, ReportRequest report)
    {
        string? kept = request.Output;
        using var temporary = kept is null ? new TemporaryTrace() : null;
        request = request with { Output = kept ?? temporary!.Path };
        ToolFailure? failure;
        var stdio = context.Stdio;
        stdio.Error.WriteLine($"Demo           : {scenario.Name}, {scenario.Disease}");
        using (var program = DemoProgram.Start(scenario, processors, line => Retell(stdio, line)))
        using (var recording = StartWhenReady(context, program, request))
        {
            RecordingProgress.Begin(stdio, context.Processes.Describe(program.ProcessId), recording.OutputPath, request);
            RecordingProgress.Run(stdio, recording, watchEnter: true);
            failure = recording.Failure;
        }
        int code = ReportPrinting.Print(context, TraceOpening.LoadGoroutines(request.Output!), kept, report);
        if (kept is null && stdio.ErrorIsTerminal)
            stdio.Error.WriteLine("The trace was temporary; --output FILE keeps it for `view`.");
        return failure is null ? code : throw failure;
    }

    // The program prints what it measured of itself twice: for people ("truth: ...") and, more of it, for scripts, which use --serve.
    private static void Retell(IStdio stdio, string line)
    {
        if (line.StartsWith("truth:", StringComparison.Ordinal))
            stdio.Error.WriteLine("The program    : " + TerminalText.Escape(line));
    }

    private static TraceRecording StartWhenReady(ToolContext context, DemoProgram program, RecordingRequest request)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                // Attached by its pid, as any process is: that it is a child of ours gives the demo no other way in.
                return RecordingStart.Start(context, context.Resolver.ById(program.ProcessId), request, s_startLimit);
            }
            catch (ToolFailure failure) when (failure.ExitCode == ExitCode.SessionCreationError && !program.HasExited && waited.Elapsed < s_startLimit)
            {
                program.WaitForExit(s_poll);   // its diagnostics port is not open yet
            }
        }
    }
}
