using System.Globalization;
using Gmp.Tool.Commands;
using Gmp.Tool.Reporting;
using Gmp.Tool.Stdio;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Recording;

/// <summary>The lines that dotnet-trace prints while it records, on stderr.</summary>
internal static class RecordingProgress
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(100);

    /// <summary>Says what is recorded and where to.</summary>
    public static void Begin(IStdio stdio, TargetProcess target, string outputPath, RecordingRequest request)
    {
        string commandLine = target.CommandLine.Length == 0 ? target.Name : target.CommandLine;
        stdio.Error.WriteLine($"Process        : {TerminalText.Escape(commandLine)} (pid {target.Id})");
        stdio.Error.WriteLine($"Output File    : {TerminalText.Escape(outputPath)}");
        foreach (var provider in request.Providers)
            stdio.Error.WriteLine($"Provider       : {TerminalText.Escape(provider.ToString())}");
        if (request.Duration is TimeSpan limit)
            stdio.Error.WriteLine($"Trace Duration : {Duration.ToClock(limit, withFraction: true)}");
    }

    /// <summary>Shows the recording's growth until it ends, and stops it on Enter; signals reach the recording itself.</summary>
    /// <param name="stdio">Where to.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="watchEnter">False while a child reads the terminal.</param>
    public static void Run(IStdio stdio, TraceRecording recording, bool watchEnter)
    {
        using var losses = new LossLine(recording);
        bool enter = watchEnter && stdio.InIsTerminal;
        if (!recording.HasEnded)
            stdio.Error.WriteLine(enter ? "Press <Enter> or <Ctrl+C> to exit..." : "Press <Ctrl+C> to exit...");
        bool saidStopping = false;
        do
        {
            losses.Poll();
            if (enter && stdio.EnterWasPressed())
                recording.RequestStop();
            if (stdio.ErrorIsTerminal)
                stdio.Error.Write("\r" + Line(recording) + "\u001b[K");
            if (recording.IsStopping && !saidStopping && !recording.Wait(s_refresh * 5))
            {
                // Only where it takes long enough to be wondered at.
                saidStopping = true;
                stdio.Error.WriteLine();
                stdio.Error.WriteLine("Stopping the trace: waiting for the target's answer. <Ctrl+C> again stops at once.");
            }
        }
        while (!recording.Wait(s_refresh));
        if (stdio.ErrorIsTerminal)
            stdio.Error.WriteLine("\r" + Line(recording) + "\u001b[K");
        stdio.Error.WriteLine(EndLine(recording));
        losses.Write(stdio);
    }

    private static string EndLine(TraceRecording recording) => recording.End switch
    {
        RecordingEnd.TargetExited or RecordingEnd.Aborted => $"{recording.EndReason} Trace completed: {Units.Bytes(recording.BytesWritten)}.",
        RecordingEnd.OutputFailed or RecordingEnd.NoAnswer => "Trace ended early.",
        _ => $"Trace completed: {Units.Bytes(recording.BytesWritten)}.",
    };

    private static string Line(TraceRecording recording) =>
        $"[{Duration.ToClock(recording.Elapsed)}]\tRecording trace {Megabytes(recording)}\t(MB)";

    private static string Megabytes(TraceRecording recording) => (recording.BytesWritten / 1e6).ToString("0.00", CultureInfo.InvariantCulture);
}
