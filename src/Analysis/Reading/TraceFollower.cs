namespace Gmp.Analysis.Reading;

/// <summary>
/// Reads a .nettrace that is still being written. One thread calls <see cref="Poll"/>; any thread reads <see cref="Trace"/> under
/// <see cref="Model.TraceModel.Gate"/>. A file that is still empty is waited for.
/// </summary>
public sealed class TraceFollower : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Opens the file, which another thread or process may go on writing.</summary>
    /// <exception cref="TraceFormatException">The file is missing or cannot be opened.</exception>
    public TraceFollower(string path) => _file = new FileStream(path, FileMode.Open);

    /// <summary>The trace as far as it was read: the same object always.</summary>
    public LoadedTrace Trace => throw new NotImplementedException();

    /// <summary>Reads what was appended since. Takes the gate for short stretches; call it every 20 to 50 ms.</summary>
    /// <returns>True if the model changed.</returns>
    /// <exception cref="TraceFormatException">What was written is not a .nettrace, or of an unknown version.</exception>
    public bool Poll() => throw new NotImplementedException();

    /// <summary>Reads the rest and closes the books: call it when nothing more will be written. May be called again, to no effect.</summary>
    /// <exception cref="TraceFormatException">The file is not a .nettrace, or of an unknown version.</exception>
    public void Complete() => throw new NotImplementedException();

    /// <summary>Closes the file. The trace stays usable.</summary>
    public void Dispose() => _file.Dispose();
}
