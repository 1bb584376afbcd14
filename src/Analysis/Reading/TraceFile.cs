namespace Gmp.Analysis.Reading;

/// <summary>Reads finished traces.</summary>
public static class TraceFile
{
    /// <summary>Reads a whole .nettrace file. A truncated or damaged one is read as far as it is whole; <see cref="LoadedTrace.Info"/> says so.</summary>
    /// <exception cref="TraceFormatException">The file is missing, empty, not a .nettrace, or of an unknown version.</exception>
    public static LoadedTrace Load(string path) => throw new NotImplementedException(path);

    /// <summary>Reads a whole .nettrace from a stream, which stays open.</summary>
    /// <exception cref="TraceFormatException">The bytes are not a .nettrace, or of an unknown version.</exception>
    public static LoadedTrace Load(Stream stream) => throw new NotImplementedException(stream?.ToString());
}
