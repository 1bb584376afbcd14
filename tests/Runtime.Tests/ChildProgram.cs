using System.Diagnostics;

namespace Gmp.Tests;

/// <summary>Runs a program that lies beside the tests to its end, and never for ever.</summary>
internal static class ChildProgram
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(50);

    /// <param name="assembly">Its file name.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="whenReady">Called when it has printed "ready".</param>
    internal static async Task<(int Code, string Output, string Error)> RunAsync(
        string assembly, IEnumerable<string> arguments, Action<Process>? whenReady = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            if (whenReady is not null && await process.StandardOutput.ReadLineAsync(limit.Token) == "ready")
                whenReady(process);
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
