namespace Gmp.Tool.Tests;

/// <summary>Compares a screen with the file in <c>Screens/</c> that a person has looked at. <c>UPDATE_SCREENS=1</c> writes it anew.</summary>
internal static class TuiGolden
{
    public static void Matches(string name, string screen)
    {
        string path = Path.Combine(Folder(), name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_SCREENS") == "1")
        {
            _ = Directory.CreateDirectory(Folder());
            File.WriteAllText(path, screen + "\n");
        }
        Assert.True(File.Exists(path), $"{name}.txt is missing: look at the screen, then run with UPDATE_SCREENS=1.\n{screen}");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd(), screen);
    }

    private static string Folder()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "GmpTrace.sln")))
            at = at.Parent;
        Assert.NotNull(at);
        return Path.Combine(at.FullName, "tests", "Tool.Tests", "Screens");
    }
}
