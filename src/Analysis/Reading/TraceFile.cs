using Gmp.Analysis.Model;
using Gmp.Analysis.Validation;

namespace Gmp.Analysis.Reading;

/// <summary>Reads finished traces.</summary>
public static class TraceFile
{
    private const int ReadBytes = 1 << 20;

    // A smaller file is read before another thread runs.
    private const int LeastForTwo = 4 << 20;

    /// <summary>Reads a whole .nettrace file. A truncated or damaged one is read as far as it is whole; <see cref="LoadedTrace.Info"/> says so.</summary>
    /// <param name="path">The file.</param>
    /// <param name="validator">Holds every record against the rules of a trace; null for none.</param>
    /// <param name="selection">What part of it counts; null for all.</param>
    /// <exception cref="TraceFormatException">The file is missing, empty, not a .nettrace, or of an unknown version.</exception>
    public static LoadedTrace Load(string path, TraceValidator? validator = null, TraceSelection? selection = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var file = Open(path);
        var trace = Load(file, validator, selection);
        trace.Info.Path = path;
        return trace;
    }

    /// <summary>Reads a whole .nettrace from a stream, which stays open.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="validator">Holds every record against the rules of a trace; null for none.</param>
    /// <param name="selection">What part of it counts; null for all.</param>
    /// <exception cref="TraceFormatException">The bytes are not a .nettrace, of an unknown version, or the stream broke.</exception>
    public static LoadedTrace Load(Stream stream, TraceValidator? validator = null, TraceSelection? selection = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var pipe = Environment.ProcessorCount > 1 && (!stream.CanSeek || stream.Length - stream.Position >= LeastForTwo) ? new RecordPipe() : null;
        return Load(stream, validator, selection, pipe);
    }

    /// <summary>Reads a whole .nettrace, with or without another thread.</summary>
    internal static LoadedTrace Load(Stream stream, TraceValidator? validator, TraceSelection? selection, RecordPipe? pipe)
    {
        var ingest = new TraceIngest(validator, selection, pipe) { CollectsWork = true };
        long start = stream.CanSeek ? stream.Position : 0;
        try
        {
            int read;
            while ((read = Read(stream, ingest.Reader.Space(ReadBytes))) > 0)
            {
                ingest.Reader.Fill(read);
                ingest.Advance();
            }
            ingest.Complete();
        }
        catch (TraceFormatException e) when (e.IsOfNewerVersion && stream.CanSeek && ingest.Info.Events == 0)
        {
            stream.Position = start;
            return ForeignVersion.Load(stream, e, validator, selection);
        }
        return new LoadedTrace(ingest.Model, ingest.Info) { Workloads = ingest.Workloads };
    }

    /// <summary>Opens a file that may still be written, moved or deleted by others.</summary>
    internal static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TraceFormatException(TraceFault.Missing, "There is no such file.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new TraceFormatException(TraceFault.Unreadable, Directory.Exists(path)
                ? "This is a directory: name a .nettrace file in it."
                : "The file may not be read by this user.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new TraceFormatException(TraceFault.Unreadable, $"The file cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Reads, with the system's errors as ours.</summary>
    internal static int Read(Stream stream, Span<byte> space)
    {
        try
        {
            return stream.Read(space);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TraceFormatException(TraceFault.Unreadable, $"The file cannot be read: {e.Message}", e);
        }
    }
}
