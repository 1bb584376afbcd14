namespace Gmp.Tool.Ports;

/// <summary>A diagnostics port as <c>--diagnostic-port</c> names it: <c>ADDRESS[,listen|connect][,suspend|nosuspend]</c>.</summary>
/// <param name="Address">A path; the name of a pipe on Windows.</param>
/// <param name="Connects">A runtime listens there (its own socket, or what passes on to it) and the tool goes to it; otherwise the tool listens.</param>
/// <param name="Suspends">The program waits at its start until it is recorded.</param>
internal sealed record PortAddress(string Address, bool Connects, bool Suspends)
{
    /// <summary>Reads one.</summary>
    /// <param name="text">As it stands on the command line.</param>
    /// <param name="problem">What is wrong, in a sentence.</param>
    public static PortAddress? Parse(string text, out string problem)
    {
        problem = "";
        string[] parts = text.Split(',');
        var port = new PortAddress(parts[0].Trim(), Connects: false, Suspends: true);
        foreach (string word in parts[1..])
        {
            switch (word.Trim().ToUpperInvariant())
            {
                case "LISTEN":
                    port = port with { Connects = false };
                    break;
                case "CONNECT":
                    port = port with { Connects = true };
                    break;
                case "SUSPEND":
                    port = port with { Suspends = true };
                    break;
                case "NOSUSPEND":
                    port = port with { Suspends = false };
                    break;
                default:
                    problem = $"'{word}' is nothing that a diagnostics port can do: write ADDRESS[,listen|connect][,suspend|nosuspend].";
                    return null;
            }
        }
        if (port.Address.Length > 0)
            return port;
        problem = "A diagnostics port needs an address: ADDRESS[,listen|connect][,suspend|nosuspend].";
        return null;
    }

    /// <summary>The value of <c>DOTNET_DiagnosticPorts</c> for a program that is to come here.</summary>
    public string ForProgram => Address + (Suspends ? "" : ",nosuspend");
}
