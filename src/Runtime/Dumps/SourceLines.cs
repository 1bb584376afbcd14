using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// Which line each <c>await</c> of an async method stands on, from the assembly's portable PDB, embedded or beside it. Debuggers need the offsets of
/// awaits to step over them, so the compiler writes them down, in the order of the state machine's states.
/// </summary>
/// <remarks>Read when a dump first asks, then kept. Where there is no file (a bundled or a native program) or no PDB, there are no lines.</remarks>
internal sealed class SourceLines
{
    // "Async method stepping information" in the Portable PDB specification.
    private static readonly Guid s_asyncStepping = new("54FD2AC5-E925-401A-9C2A-F94F171072F8");

    private static readonly ConditionalWeakTable<Module, SourceLines> s_ofModules = [];

    // What owns the memory that the readers read: as long as the module, so nobody disposes it.
    private readonly object? _image;
    private readonly object? _pdb;
    private readonly MetadataReader? _code;
    private readonly MetadataReader? _symbols;

    private SourceLines(Module module)
    {
        try
        {
            string path = PathOf(module);
            if (!File.Exists(path))
                return;
            // Kept open by nobody: the readers have it in memory.
            using var stream = File.OpenRead(path);
            var image = new PEReader(stream, PEStreamOptions.PrefetchEntireImage);
            _image = image;
            _code = image.GetMetadataReader();
            // A file that was built anew since it was loaded would name wrong lines.
            if (_code.GetGuid(_code.GetModuleDefinition().Mvid) == module.ModuleVersionId
                && image.TryOpenAssociatedPortablePdb(path, static p => File.Exists(p) ? File.OpenRead(p) : null, out var provider, out _))
            {
                _pdb = provider;
                _symbols = provider!.GetMetadataReader();
            }
        }
        catch (Exception)
        {
            // Whatever is wrong with the files, a dump has names without lines.
        }
    }

    /// <summary><c>file:line</c> of each await, in the order of states; empty where it is not known.</summary>
    internal static string?[] OfAwaits(Type stateMachine)
    {
        try
        {
            var lines = s_ofModules.GetValue(stateMachine.Module, static module => new SourceLines(module));
            return lines._symbols is null ? [] : lines.Read(stateMachine.MetadataToken);
        }
        catch (Exception)
        {
            // As above; and a natively compiled type has no token.
            return [];
        }
    }

    [UnconditionalSuppressMessage("SingleFile", "IL3002", Justification = "A bundled module has no path; then there are no lines.")]
    private static string PathOf(Module module) => module.FullyQualifiedName;

    private string?[] Read(int typeToken)
    {
        var type = _code!.GetTypeDefinition((TypeDefinitionHandle)MetadataTokens.Handle(typeToken));
        foreach (var handle in type.GetMethods())
        {
            if (!_code.StringComparer.Equals(_code.GetMethodDefinition(handle).Name, "MoveNext"))
                continue;
            foreach (var info in _symbols!.GetCustomDebugInformation(handle))
            {
                var entry = _symbols.GetCustomDebugInformation(info);
                if (_symbols.GetGuid(entry.Kind) == s_asyncStepping)
                    return Lines(handle.ToDebugInformationHandle(), _symbols.GetBlobReader(entry.Value));
            }
        }
        return [];
    }

    private string?[] Lines(MethodDebugInformationHandle method, BlobReader blob)
    {
        var lines = new List<string?>();
        var points = _symbols!.GetMethodDebugInformation(method).GetSequencePoints().Where(p => !p.IsHidden).ToArray();
        blob.ReadUInt32();   // of the catch block around everything
        while (blob.RemainingBytes > 0)
        {
            uint yields = blob.ReadUInt32();
            blob.ReadUInt32();   // where it resumes
            blob.ReadCompressedInteger();   // in which method
            // What stands between the await and its yield is hidden.
            var point = points.LastOrDefault(p => p.Offset <= yields);
            lines.Add(point.Document.IsNil ? null : $"{_symbols.GetString(_symbols.GetDocument(point.Document).Name)}:{point.StartLine}");
        }
        return [.. lines];
    }
}
