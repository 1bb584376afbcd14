using System.Collections.Concurrent;

namespace Gmp;

/// <summary>A name of annotations. It is told once in a generation, and after that by its number.</summary>
internal sealed class TraceText
{
    /// <summary>So many are kept, for the life of the process. Names that are made up as the program runs, one for each order, stand in their records.</summary>
    internal const int Most = 4096;

    private static readonly ConcurrentDictionary<string, TraceText> s_all = new();
    private static int s_count;

    private TraceText(long id, string text) => (Id, Text) = (id, text);

    internal long Id { get; }

    internal string Text { get; }

    /// <summary>The last generation in which a record told it. A race tells it twice, which harms nobody.</summary>
    internal int TraceGeneration;

    /// <summary>The one object for a text; null if there are too many.</summary>
    internal static TraceText? Of(string text)
    {
        if (s_all.TryGetValue(text, out var known))
            return known;
        // Those that race may go over the limit by one each.
        if (Volatile.Read(ref s_count) >= Most)
            return null;
        return s_all.GetOrAdd(text, static t => new TraceText(Interlocked.Increment(ref s_count), t));
    }
}
