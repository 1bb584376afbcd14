using Gmp.Tool.Ports;

namespace Gmp.Tool.Targets;

/// <summary>Whether a process can be recorded, and if not, why and what to do.</summary>
/// <param name="State">In a word or two.</param>
/// <param name="CanRecord">It can be recorded as it is.</param>
/// <param name="Reason">Half a sentence whose subject is the process; empty if all is well.</param>
/// <param name="Remedy">What to do; empty if nothing need be done.</param>
internal sealed record Sight(string State, bool CanRecord, string Reason = "", string Remedy = "")
{
    /// <summary>Nothing is in the way.</summary>
    public static Sight Clear { get; } = new("yes", CanRecord: true);

    /// <summary>Judges by the facts, the plainest reason first: one that holds for others too would send people the wrong way.</summary>
    /// <param name="facts">The process.</param>
    /// <param name="ownUser">The user that the tool runs as, if users have numbers.</param>
    /// <param name="folder">Where the tool looks for ports.</param>
    public static Sight Of(ProcessFacts facts, int? ownUser, string folder)
    {
        int id = facts.Process.Id;
        bool hasPort = facts.Port is not (PortAnswer.None or PortAnswer.Dead);
        if (facts.IsDotnet == false && !hasPort)
            return new("not .NET", false, "is not a .NET process", "Only .NET programs run goroutines.");
        if (ownUser is not (null or 0) && facts.User is int user && user != ownUser)
            return new("other user", false, $"belongs to user {user}", $"To record it, run this tool as that user or as root: `sudo -u '#{user}' dotnet gmp-trace attach {id}`.");
        if (facts.IsStopped)
            return new("stopped", false, "is stopped (SIGSTOP, or a debugger holds it) and cannot answer", $"Let it go on: `kill -CONT {id}`.");
        return facts.Port switch
        {
            PortAnswer.Answers or PortAnswer.NotAsked => facts.IsSuspended ? Suspended(facts) : Clear,
            PortAnswer.TooOld => new("too old", false, "has a runtime older than .NET 6", "Goroutines need .NET 10."),
            PortAnswer.Denied => new("refused", false, "has a diagnostics port that refuses this user", "Run this tool as the user that started it, or as root."),
            PortAnswer.Silent => new("silent", false, "did not answer its diagnostics port",
                $"It may be very busy, or in the middle of a stop of another tool: `dotnet gmp-trace attach {id}` waits for it longer."),
            PortAnswer.Dead => new("dead port", false, $"has a diagnostics port at which nobody listens ({facts.PortPath})",
                "An earlier process with the same number left that socket behind, or the runtime closed its port: restart it."),
            _ => WithoutPort(facts, folder),
        };
    }

    private static Sight Suspended(ProcessFacts facts) => facts.WaitsFor is string port
        ? new("suspended", false, $"is suspended at its start until a tool answers at {port}", $"Run the tool that it waits for: `dotnet gmp-trace collect --diagnostic-port {port}`.")
        : new("suspended", true, "is suspended at its start", $"`dotnet gmp-trace collect -p {facts.Process.Id}` records it from its first event and lets it run.");

    private static Sight WithoutPort(ProcessFacts facts, string folder)
    {
        string root = "run this tool in the target's container, or on the host as root";
        if (facts.SwitchedOffBy is string setting)
            return new("switched off", false, $"has its diagnostics switched off by {setting}", "Start it without that.");
        if (!facts.ServesPort && facts.IsDotnet == true)
        {
            return facts.HasCoreClr == false
                ? new("native AOT", false, "is compiled ahead of time and has no diagnostics port", "Publish it with <EventSourceSupport>true</EventSourceSupport>.")
                : new("switched off", false, "has its diagnostics switched off", "Look for DOTNET_EnableDiagnostics in its environment and its runtimeconfig.json, and start it without.");
        }
        string where = facts.TempFolder ?? folder;
        if (facts.HasOtherFiles)
            return new("container", false, $"runs in another container and has no diagnostics port in its {where} that can be seen from here", char.ToUpperInvariant(root[0]) + root[1..] + ".");
        if (facts.TempFolder is null)
        {
            return new("no port", false, $"has no diagnostics port in {folder}",
                $"Set TMPDIR as the target has it, {root}, or start it without DOTNET_EnableDiagnostics=0.");
        }
        return new("no port", false, $"has no diagnostics port in {where} any more", "Its socket was deleted, perhaps by a cleaner of temporary files: restart it.");
    }
}
