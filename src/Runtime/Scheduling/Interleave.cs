using System.Diagnostics;

namespace Gmp;

/// <summary>
/// Marks, for the build of these sources that tests/Interleaved makes, a plain access to memory that other threads use at the same time. That
/// build sees every <c>Volatile</c>, <c>Interlocked</c>, <c>Lock</c> and <c>Thread</c> by itself and lets a chosen thread go on before each; a plain
/// access it cannot see. In the shipped build no call is left.
/// </summary>
internal static partial class Interleave
{
    /// <summary>Before a plain read of what another thread may write, or of what this thread wrote with release.</summary>
    [Conditional("GMP_INTERLEAVE")]
    internal static void BeforeRead<T>(ref readonly T location) => OnRead(in location);

    /// <summary>Before a plain write that another thread may read.</summary>
    [Conditional("GMP_INTERLEAVE")]
    internal static void BeforeWrite() => OnWrite();

    static partial void OnRead<T>(ref readonly T location);

    static partial void OnWrite();
}
