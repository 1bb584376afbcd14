namespace Gmp.Tool.Commands;

/// <summary>A trace file that is read once and then deleted, in a folder that only this user can open.</summary>
internal sealed class TemporaryTrace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gmp-trace-");

    /// <summary>Where to record to.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "recording.nettrace");

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A temporary file that stays is no reason to fail a report that was printed.
        }
    }
}
