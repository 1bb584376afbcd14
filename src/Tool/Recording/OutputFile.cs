using System.Globalization;
using Gmp.Tool.Commands;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Recording;

/// <summary>The file that a recording goes to.</summary>
internal static class OutputFile
{
    /// <summary><c>App_20250131_235959.nettrace</c>, as dotnet-trace names it, in local time and the current folder.</summary>
    public static string DefaultName(TargetProcess target, DateTime now)
    {
        // The name is the target's choice; whatever is no plain character could leave the folder or confuse a shell.
        string safe = string.Concat(target.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')).TrimStart('.', '-');
        if (safe.Length == 0)
            safe = "Process" + target.Id.ToString(CultureInfo.InvariantCulture);
        return safe[..Math.Min(safe.Length, 100)] + now.ToString("_yyyyMMdd_HHmmss", CultureInfo.InvariantCulture) + ".nettrace";
    }

    /// <summary>Creates the file, for this user only: a trace tells what a program does.</summary>
    /// <param name="path">Where, or null for a new file of the default name.</param>
    /// <param name="overwrite">An existing recording may be replaced.</param>
    /// <param name="target">For the default name.</param>
    /// <exception cref="ToolFailure">It exists already, or cannot be created.</exception>
    public static FileStream Create(string? path, bool overwrite, TargetProcess target)
    {
        FileSizeSignal.MakeHarmless();
        try
        {
            if (path is null)
                return CreateNew(DefaultName(target, DateTime.Now));
            // An empty file holds no recording that could be lost, and a device has no length.
            if (!overwrite && File.Exists(path) && new FileInfo(path).Length > 0)
                throw new ToolFailure(ExitCode.ArgumentError, $"{path} exists already: choose another --output, or --force to replace it.");
            return Open(path, FileMode.Create);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ToolFailure(ExitCode.TracingError, $"Cannot create {path ?? "the trace file"}: {e.Message.TrimEnd('.')}; choose another --output.", e);
        }
    }

    /// <summary>A write failed for a reason that lies outside of the tool. The framework words a limit on file sizes (EFBIG) as a bad argument.</summary>
    public static bool IsWriteFailure(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentOutOfRangeException;

    /// <summary>Creates a file that is not there yet, for this user only; another number is added to a name that is taken.</summary>
    /// <param name="name">Its path, which ends in <c>.nettrace</c>.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be created.</exception>
    public static FileStream CreateNew(string name)
    {
        for (int number = 2; ; number++)
        {
            try
            {
                return Open(name, FileMode.CreateNew);
            }
            catch (IOException) when (File.Exists(name) && number < 100)
            {
                // Two recordings in one second.
                name = Path.Combine(Path.GetDirectoryName(name) ?? "", $"{Path.GetFileNameWithoutExtension(name)}_{number}.nettrace");
            }
        }
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,   // the tail is read again if the recording breaks off
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,   // the pump writes large pieces, and the live view reads what was written
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
