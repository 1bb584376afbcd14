using System.Runtime.CompilerServices;
using Gmp.Interleaving;

namespace Gmp;

/// <summary>
/// Stands in for System.Threading.Volatile: a name in the runtime's own namespace goes before one from a using directive. Each call is a
/// step; who calls is what the compiler fills in.
/// </summary>
internal static class Volatile
{
    internal static T Read<T>(
        ref readonly T location,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        var strand = Carrier.Strand;
        if (strand is null)
            return location;
        strand.Schedule.Step(strand, "read", file, member, line);
        if (Mutation.Hits(Break.Read, file, member))
            return default!;
        return strand.Stores.Count != 0 && strand.TryForward(in location, out var value) ? value : location;
    }

    internal static void Write<T>(
        ref T location, T value,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        var strand = Carrier.Strand;
        if (strand is null)
        {
            location = value;
            return;
        }
        strand.Schedule.Step(strand, "write", file, member, line);
        if (Mutation.Hits(Break.Write, file, member))
            return;
        strand.Schedule.Store(strand, ref location, value);
    }
}
