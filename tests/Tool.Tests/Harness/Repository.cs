namespace Gmp.Tests.Harness;

/// <summary>Where things lie: the tests run from their own output folder inside the repository.</summary>
internal static class Repository
{
    private static readonly DirectoryInfo s_output = new(AppContext.BaseDirectory);   // tests/Tool.Tests/bin/<configuration>/<framework>/

    public static string Root { get; } = FindRoot();

    /// <summary>The assembly of a program under tests/Tracees, of the same configuration as the tests.</summary>
    public static string Tracee(string name) =>
        Path.Combine(Root, "tests", "Tracees", name, "bin", s_output.Parent!.Name, s_output.Name, name + ".dll");

    /// <summary>The assembly of a program of the repository, <c>folder/name</c>, of the same configuration as the tests.</summary>
    public static string Program(string folderAndName) =>
        Path.Combine(Root, Path.GetDirectoryName(folderAndName)!, "bin", s_output.Parent!.Name, s_output.Name, Path.GetFileName(folderAndName) + ".dll");

    /// <summary>The tool's assembly beside the tests.</summary>
    public static string Tool => Path.Combine(AppContext.BaseDirectory, "dotnet-gmp-trace.dll");

    /// <summary>A file beside the tests' sources.</summary>
    public static string TestFile(params string[] parts) => Path.Combine([Root, "tests", "Tool.Tests", .. parts]);

    private static string FindRoot()
    {
        var folder = s_output;
        while (!File.Exists(Path.Combine(folder.FullName, "GmpTrace.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        return folder.FullName;
    }
}
