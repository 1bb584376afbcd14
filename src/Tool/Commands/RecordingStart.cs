using Gmp.Tool.Recording;
using Gmp.Tool.Recording.Host;
using Gmp.Tool.Sampling;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Commands;

/// <summary>The way from a process to a recording that is known to hold goroutines.</summary>
internal static class RecordingStart
{
    /// <summary>How long a process that runs goroutines may take to say so; it does within a tenth of a second.</summary>
    public static readonly TimeSpan Greeting = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a program may take from its first instruction to its first scheduler.</summary>
    private static readonly TimeSpan s_startUp = TimeSpan.FromSeconds(10);

    /// <summary>Opens the session, then the file, and records.</summary>
    /// <param name="context">The tool.</param>
    /// <param name="target">The process.</param>
    /// <param name="request">How.</param>
    /// <param name="greeting">How long to wait for the first sign of goroutines.</param>
    /// <exception cref="ToolFailure">No session, no file, or no goroutines; no file is left behind then.</exception>
    public static TraceRecording Start(ToolContext context, TargetProcess target, RecordingRequest request, TimeSpan greeting)
    {
        // The session first: a pid that cannot be recorded must not leave an empty file.
        var session = context.Sessions.Open(target, request);
        bool existed = File.Exists(request.Output);
        var recording = StartOn(session, target, request);
        // Its program only starts now.
        if (context.Sessions.LetGo(target))
            greeting = s_startUp;
        if (GoroutineEvidence.Await(recording, greeting))
            return recording;
        bool targetExited = recording.HasEnded && recording.End == RecordingEnd.TargetExited;
        bool interrupted = recording.HasEnded && recording.End is RecordingEnd.Requested or RecordingEnd.Aborted;
        if (recording.HasEnded && recording.Failure is ToolFailure failure)
            throw failure;
        recording.Stop();
        recording.Dispose();
        Discard(recording, existed);
        if (!targetExited && !interrupted && context.Processes.Look(target.Id) is { IsSuspended: true } facts)
            throw context.Resolver.Unseen(facts);
        throw new ToolFailure(ExitCode.SessionCreationError, targetExited
            ? $"Process {target.Id} ({target.Name}) exited before it sent anything."
            : interrupted ? $"Stopped before process {target.Id} ({target.Name}) sent anything."
            : $"Process {target.Id} ({target.Name}) is a .NET process without goroutines: no GmpTrace scheduler answered; "
                + "attach once it runs one, or start it with `dotnet gmp-trace collect -- <command>`.");
    }

    /// <summary>Records on a session that is already open.</summary>
    /// <exception cref="ToolFailure">The file cannot be created; the session is closed then.</exception>
    public static TraceRecording StartOn(ITraceSession session, TargetProcess target, RecordingRequest request)
    {
        FileStream file;
        try
        {
            file = OutputFile.Create(request.Output, request.Overwrite, target);
        }
        catch (ToolFailure)
        {
            session.Abort();
            throw;
        }
        var additions = new List<IRecordingAddition> { new HostRecorder(HostProbe.Of(target.Id)) };
        if (request.Sampling.Mode != SamplingMode.Off)
            additions.Add(new HogSampler(session, target.Id, request.Sampling));
        return TraceRecording.Start(session, file, target.Name, target.Id, request.Duration, addition: new RecordingAdditions(additions));
    }

    private static void Discard(TraceRecording recording, bool existed)
    {
        try
        {
            // What was there before and is still empty may be a device, which must stay.
            var file = new FileInfo(recording.OutputPath);
            if (!existed || file.Length > 0)
                file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It holds nothing; that it stays is no reason for a second message.
        }
    }
}
