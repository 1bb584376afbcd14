using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

/// <summary>
/// What ties a demo program to the tool that started it. The tool names its own assembly as a startup hook, so this runs in the demo
/// program, before its <c>Main</c>: when the pipe that is its standard input closes, the tool is gone, however it went, and the program
/// ends itself. A parent-death signal would do it on Linux alone, and only from inside the program, too.
/// </summary>
/// <remarks>The name, the missing namespace and the method are the runtime's rule. Uses nothing but the framework: the program's folder lacks the tool's libraries.</remarks>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime looks for this name.")]
internal static class StartupHook
{
    /// <summary>Called by the runtime.</summary>
    public static void Initialize() => new Thread(EndWithTheTool) { IsBackground = true, Name = "gmp-demo-leash" }.Start();

    private static void EndWithTheTool()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        try
        {
            while (input.Read(ignored) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Closed all the same.
        }
        // Not Environment.Exit: that waits for others, and nobody is left to wait for.
        Process.GetCurrentProcess().Kill();
    }
}
