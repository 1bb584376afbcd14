using System.Runtime.CompilerServices;

namespace Samples;

/// <summary>Where something is created, found in the same way as the runtime finds it.</summary>
internal static class Here
{
    /// <summary>The line that this is called from: beside <c>Go</c> it is the line of the creation site.</summary>
    public static int Line([CallerLineNumber] int line = 0) => line;
}
