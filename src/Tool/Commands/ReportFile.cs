using System.Text;
using Gmp.Tool.Reporting;

namespace Gmp.Tool.Commands;

/// <summary>A file that a report goes to.</summary>
/// <param name="Path">Where.</param>
/// <param name="MayReplace">One that exists may be replaced.</param>
internal sealed record ReportFile(string Path, bool MayReplace)
{
    /// <summary>The form that the name asks for, or null.</summary>
    public static ReportFormat? FormatOf(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".html" or ".htm" => ReportFormat.Html,
        ".md" or ".markdown" => ReportFormat.Markdown,
        ".json" => ReportFormat.Json,
        ".txt" or ".log" => ReportFormat.Text,
        _ => null,
    };

    /// <summary>Refuses a file that exists, before the work is done.</summary>
    /// <exception cref="ToolFailure">It may not be replaced.</exception>
    public void Check()
    {
        if (!MayReplace && new FileInfo(Path) is { Exists: true, Length: > 0 })
            throw new ToolFailure(ExitCode.ArgumentError, $"{Path} exists already: choose another file for the report, or --force to replace it.");
    }

    /// <summary>Writes it, for this user only, as traces are: a report holds the same names. What was there is replaced when all of it is written.</summary>
    /// <exception cref="ToolFailure">It cannot be written.</exception>
    public void Write(Action<TextWriter> write)
    {
        string part = Path + ".part";
        try
        {
            Check();
            // A device takes no renaming.
            bool isPlain = !File.Exists(Path) || (File.GetAttributes(Path) & (FileAttributes.Device | FileAttributes.ReparsePoint)) == 0;
            string target = isPlain ? part : Path;
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var writer = new StreamWriter(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), options) { NewLine = "\n" })
                write(writer);
            if (isPlain)
                File.Move(part, Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Forget(part);
            throw new ToolFailure(ExitCode.TracingError, $"Cannot write {Path}: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static void Forget(string part)
    {
        try
        {
            File.Delete(part);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What failed first is worth more to tell.
        }
    }
}
