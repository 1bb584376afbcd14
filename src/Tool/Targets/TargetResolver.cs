using System.Globalization;
using Gmp.Tool.Commands;

namespace Gmp.Tool.Targets;

/// <summary>Finds the process that the command line means, and words why one cannot be recorded.</summary>
internal sealed class TargetResolver(IProcessTable processes)
{
    /// <summary>The process that <c>-p</c> or <c>-n</c> names.</summary>
    /// <exception cref="ToolFailure">Neither or both are given, or there is none that can be recorded.</exception>
    public TargetProcess Resolve(int? id, string? name)
    {
        if (id is null && name is null)
            throw new ToolFailure(ExitCode.ArgumentError, "Say which process: --process-id or --name; `collect` also takes --diagnostic-port, or a command after --.");
        if (id is not null && name is not null)
            throw new ToolFailure(ExitCode.ArgumentError, "Give --process-id or --name, not both.");
        return id is int number ? ById(number) : ByName(name!);
    }

    /// <summary>The process with this id, if this user may record it.</summary>
    /// <exception cref="ToolFailure">It doesn't exist, or another user owns it.</exception>
    public TargetProcess ById(int id)
    {
        if (id <= 0)
            throw new ToolFailure(ExitCode.ArgumentError, $"{id} is not a valid process ID.");
        if (id == Environment.ProcessId)
            throw new ToolFailure(ExitCode.ArgumentError, $"Process {id} is this tool itself: give the process ID of the program to record.");
        if (!processes.Exists(id))
            throw new ToolFailure(ExitCode.SessionCreationError, $"There is no process {id}: `dotnet gmp-trace ps` lists the .NET processes.");
        var target = processes.Describe(id);
        if (processes.OwnUser is int own and not 0 && processes.UserOf(id) is int owner && owner != own)
            throw BelongsToAnotherUser(target, owner, own);
        return target;
    }

    /// <summary>A process that exists but whose diagnostics port did not answer.</summary>
    public ToolFailure NoDiagnosticsPort(TargetProcess target, Exception cause)
    {
        if (!processes.Exists(target.Id))
            return new ToolFailure(ExitCode.SessionCreationError, $"Process {target.Id} ({target.Name}) exited before it could be recorded.", cause);
        var facts = processes.Look(target.Id);
        if (OperatingSystem.IsWindows() || facts.IsDotnet is null)
        {
            return new ToolFailure(ExitCode.SessionCreationError,
                $"Process {target.Id} ({target.Name}) is not a .NET process that can be recorded: no port dotnet-diagnostic-{target.Id} answers in "
                + $"{processes.DiagnosticsDirectory}; `dotnet gmp-trace ps` lists those that can.", cause);
        }
        var sight = Sight.Of(facts, processes.OwnUser, processes.DiagnosticsDirectory);
        return new ToolFailure(ExitCode.SessionCreationError, sight.Reason.Length == 0
            ? $"Process {target.Id} ({target.Name}) closed its diagnostics port for a moment: try again."
            : $"Process {target.Id} ({target.Name}) {sight.Reason}. {sight.Remedy}", cause);
    }

    /// <summary>A process that cannot be recorded, in the words of <see cref="Sight"/>.</summary>
    public ToolFailure Unseen(ProcessFacts facts)
    {
        var sight = Sight.Of(facts, processes.OwnUser, processes.DiagnosticsDirectory);
        return new ToolFailure(ExitCode.SessionCreationError, $"Process {facts.Process.Id} ({facts.Process.Name}) {sight.Reason}. {sight.Remedy}");
    }

    /// <summary>The operating system refused access to the port.</summary>
    public ToolFailure AccessDenied(TargetProcess target, Exception cause) =>
        processes.UserOf(target.Id) is int owner && processes.OwnUser is int own && owner != own
            ? BelongsToAnotherUser(target, owner, own, cause)
            : new ToolFailure(ExitCode.SessionCreationError,
                $"The diagnostics port of process {target.Id} ({target.Name}) refuses this user: run as the user that started it, or as root.", cause);

    private TargetProcess ByName(string name)
    {
        var matches = processes.WithDiagnosticsPort().Select(processes.Describe).Where(p => p.Name == name).ToArray();
        return matches switch
        {
            [var one] => ById(one.Id),
            [] => throw new ToolFailure(ExitCode.ArgumentError,
                $"There is no active process with the given name: {name}. `dotnet gmp-trace ps` lists the names."),
            _ => throw new ToolFailure(ExitCode.ArgumentError,
                $"There are more than one active processes with the given name: {name}. Use --process-id with one of "
                + string.Join(", ", matches.Select(p => p.Id.ToString(CultureInfo.InvariantCulture))) + "."),
        };
    }

    private static ToolFailure BelongsToAnotherUser(TargetProcess target, int owner, int own, Exception? cause = null) =>
        new(ExitCode.SessionCreationError,
            $"Process {target.Id} ({target.Name}) belongs to user {owner} and this tool runs as user {own}: "
            + $"run it as user {owner}, or as root with the target's TMPDIR.", cause);
}
