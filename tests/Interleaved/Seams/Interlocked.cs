using System.Numerics;
using System.Runtime.CompilerServices;
using Gmp.Interleaving;

namespace Gmp;

/// <summary>Stands in for System.Threading.Interlocked. Each call is a step and makes the caller's earlier stores visible, as a locked instruction does on x64.</summary>
internal static class Interlocked
{
    internal static T CompareExchange<T>(
        ref T location, T value, T comparand,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Step("compare-exchange", file, member, line);
        var before = location;
        // Types here are references, for which this compares identity, and integers.
        if (!EqualityComparer<T>.Default.Equals(before, comparand))
            return before;
        Tear(file, member, line);
        location = value;
        return before;
    }

    internal static T Exchange<T>(
        ref T location, T value,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Step("exchange", file, member, line);
        var before = location;
        Tear(file, member, line);
        location = value;
        return before;
    }

    internal static T Add<T>(
        ref T location, T value,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
        where T : INumber<T>
    {
        Step("add", file, member, line);
        var sum = location + value;
        Tear(file, member, line);
        return location = sum;
    }

    internal static T And<T>(
        ref T location, T value,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
        where T : IBitwiseOperators<T, T, T>
    {
        Step("and", file, member, line);
        var before = location;
        Tear(file, member, line);
        location = before & value;
        return before;
    }

    internal static T Increment<T>(
        ref T location,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
        where T : INumber<T> => Add(ref location, T.One, file, member, line);

    internal static T Decrement<T>(
        ref T location,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
        where T : INumber<T> => Add(ref location, -T.One, file, member, line);

    internal static long Read(
        ref readonly long location,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Step("read", file, member, line);
        return location;
    }

    internal static void MemoryBarrier(
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        if (!Mutation.Hits(Break.Barrier, file, member))
            Step("barrier", file, member, line);
    }

    /// <summary>Makes every thread's earlier stores visible.</summary>
    internal static void MemoryBarrierProcessWide(
        [CallerFilePath] string file = "", [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        if (Mutation.Hits(Break.ProcessWideBarrier, file, member))
            return;
        if (Step("process-wide barrier", file, member, line) is { } strand)
            strand.Schedule.DrainAll();
    }

    private static Strand? Step(string what, string file, string member, int line)
    {
        var strand = Carrier.Strand;
        if (strand is null)
            return null;
        strand.Schedule.Step(strand, what, file, member, line);
        strand.Drain();
        return strand;
    }

    private static void Tear(string file, string member, int line)
    {
        if (Mutation.Hits(Break.Atomicity, file, member))
            Step("torn", file, member, line);
    }
}
