using System.Globalization;

namespace Gmp.Tool.Recording;

/// <summary>
/// A folder that only this user can open, deleted with everything in it when it is disposed. A tool that was killed leaves its own behind;
/// the next tool that makes one deletes it.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Prefix = "gmp-trace-";

    private readonly DirectoryInfo _folder;

    /// <summary>Makes one.</summary>
    public TemporaryFolder()
    {
        Sweep();
        _folder = Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-"));
    }

    /// <summary>A place in it.</summary>
    public string File(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => Delete(_folder);

    // The name tells whose it was. Another user's cannot be deleted, which is as it should be.
    private static void Sweep()
    {
        try
        {
            foreach (var folder in new DirectoryInfo(Path.GetTempPath()).EnumerateDirectories(Prefix + "*"))
            {
                string[] parts = folder.Name[Prefix.Length..].Split('-');
                if (parts is [var text, _] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int process) && !IsAlive(process))
                    Delete(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stays is found the next time.
        }
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Delete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A temporary file that stays is no reason to fail what was done with it.
        }
    }
}
