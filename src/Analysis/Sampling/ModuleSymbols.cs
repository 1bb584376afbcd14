using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Gmp.Analysis.Sampling;

/// <summary>The source lines of a module, from its portable PDB, embedded in its file or beside it.</summary>
/// <remarks>
/// Whatever is wrong with the files, there are no lines then, and names all the same. A file that was built anew since the target loaded it would name
/// wrong lines: its id is compared with the one that the target told.
/// </remarks>
internal sealed class ModuleSymbols : IDisposable
{
    private const long MostFileBytes = 1L << 30;

    private readonly MetadataReaderProvider? _provider;
    private readonly MetadataReader? _symbols;

    private ModuleSymbols(MetadataReaderProvider? provider) => (_provider, _symbols) = (provider, provider?.GetMetadataReader());

    /// <summary>True if there are lines.</summary>
    public bool HasLines => _symbols is not null;

    /// <summary>Looks for the symbols of a module.</summary>
    /// <param name="path">The module's file.</param>
    /// <param name="id">The id that its symbols must have; empty where that is not known.</param>
    public static ModuleSymbols Load(string path, Guid id)
    {
        try
        {
            return new ModuleSymbols(Open(path, id));
        }
        catch (Exception)
        {
            // Files of others: missing, not for us to read, no module, damaged. There are as many exceptions as ways, and none is worth more than a line.
            return new ModuleSymbols(null);
        }
    }

    /// <summary>The line that an instruction of a method stands on, or null.</summary>
    /// <param name="token">The method's metadata token.</param>
    /// <param name="ilOffset">The instruction.</param>
    public (string File, int Line)? LineOf(int token, int ilOffset)
    {
        if (_symbols is null || ilOffset < 0)
            return null;
        try
        {
            var handle = MetadataTokens.EntityHandle(token);
            if (handle.Kind != HandleKind.MethodDefinition)
                return null;
            SequencePoint? found = null;
            var method = _symbols.GetMethodDebugInformation(((MethodDefinitionHandle)handle).ToDebugInformationHandle());
            foreach (var point in method.GetSequencePoints())
            {
                if (point.Offset > ilOffset && found is not null)
                    break;
                // Hidden ones are the compiler's own: what was written before them is the nearest that a person knows.
                if (!point.IsHidden)
                    found = point;
            }
            return found is { Document.IsNil: false } at
                ? (_symbols.GetString(_symbols.GetDocument(at.Document).Name), at.StartLine)
                : null;
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException or ArgumentException or InvalidCastException)
        {
            return null;
        }
    }

    public void Dispose() => _provider?.Dispose();

    private static MetadataReaderProvider? Open(string path, Guid id)
    {
        var file = new FileInfo(path);
        // A pipe has no length, and would be waited for.
        if (!file.Exists || file.Length is 0 or > MostFileBytes)
            return null;
        using var image = new PEReader(file.OpenRead());
        if (id != Guid.Empty && !image.ReadDebugDirectory().Any(d => d.Type == DebugDirectoryEntryType.CodeView && image.ReadCodeViewDebugDirectoryData(d).Guid == id))
            return null;
        return image.TryOpenAssociatedPortablePdb(path, OpenBeside, out var provider, out _) ? provider : null;
    }

    private static FileStream? OpenBeside(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Length is > 0 and <= MostFileBytes ? file.OpenRead() : null;
    }
}
