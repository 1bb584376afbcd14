using System.Globalization;
using Gmp.Tool.Commands;
using Gmp.Tool.Recording;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Keeping;

/// <summary>Names and writes the files of a recording that keeps its last stretch: <c>Orders_20250131_235959_GMP201.nettrace</c>.</summary>
internal sealed class KeptFiles
{
    private const string Extension = ".nettrace";
    private readonly string _base;

    /// <summary>Makes names of the target's, or of what <c>--output</c> says.</summary>
    public KeptFiles(TargetProcess target, string? output)
    {
        string stem = output ?? OutputFile.DefaultName(target, default)[..^("_yyyyMMdd_HHmmss".Length + Extension.Length)];
        _base = stem.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? stem[..^Extension.Length] : stem;
    }

    /// <summary>Writes a file.</summary>
    /// <param name="utc">When it happened.</param>
    /// <param name="why">What happened, as it was typed, or "end".</param>
    /// <param name="write">Writes the content.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="ToolFailure">It cannot be written; there is none then.</exception>
    public string Write(DateTime utc, string why, Action<Stream> write)
    {
        string safe = string.Concat(why.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '-'));
        string path = $"{_base}{utc.ToLocalTime().ToString("_yyyyMMdd_HHmmss_", CultureInfo.InvariantCulture)}{safe}{Extension}";
        string? created = null;
        try
        {
            using var file = OutputFile.CreateNew(path);
            created = file.Name;
            using var buffer = new BufferedStream(file, 256 * 1024);
            write(buffer);
            buffer.Flush();
            return path == created ? path : Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileName(created));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Discard(created);
            throw new ToolFailure(ExitCode.TracingError, $"Writing {path} failed ({e.Message.TrimEnd('.')}): free some space or choose another --output.", e);
        }
    }

    private static void Discard(string? path)
    {
        try
        {
            if (path is not null)
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A part of a file stays; the failure was told.
        }
    }
}
