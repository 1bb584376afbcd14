namespace Gmp.Tool.Reporting;

/// <summary>Commands that findings and causes name, in which <c>FILE</c> stands for the trace.</summary>
internal static class FileCommand
{
    private const string Hole = "FILE";

    /// <summary>The command with the trace's name in it, or null where there is none or the trace is not kept.</summary>
    public static string? For(string command, string? file) =>
        command.Length == 0 || (file is null && command.Contains(Hole, StringComparison.Ordinal)) ? null
        : command.Replace(Hole, file is null ? "" : ShellWord.Quote(file), StringComparison.Ordinal);
}
