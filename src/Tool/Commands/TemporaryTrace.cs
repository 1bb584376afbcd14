using Gmp.Tool.Recording;

namespace Gmp.Tool.Commands;

/// <summary>A trace file that is read once and then deleted, in a folder that only this user can open.</summary>
internal sealed class TemporaryTrace : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Where to record to.</summary>
    public string Path => _folder.File("recording.nettrace");

    public void Dispose() => _folder.Dispose();
}
