using System.Runtime.InteropServices;

namespace Gmp.Tool.Demo;

/// <summary>Finds the <c>dotnet</c> that runs a bundled program: the one that runs this tool, if it can be told.</summary>
internal static class DotnetHost
{
    /// <summary>The path of the host, or just its name to be looked up in PATH.</summary>
    public static string Find()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } given && File.Exists(given))
            return given;
        // <root>/shared/Microsoft.NETCore.App/<version>/
        string besideRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(besideRuntime) ? besideRuntime : name;
    }
}
