using System.Collections.Concurrent;

namespace Gmp;

/// <summary>Where a <c>Go</c> call stands. One object a place, for the life of the process.</summary>
internal sealed class CreationSite
{
    /// <summary>Of a goroutine object that has not been started.</summary>
    internal static readonly CreationSite None = new(0, "", 0, "");

    /// <summary>Of the continuations of <c>async Task</c> methods that come back to the scheduler.</summary>
    internal static readonly CreationSite Posted = Intern("(async Task continuation)", 0, "Post");

    // Call sites are few and hit again and again, and the compiler passes the same string objects each time: a direct-mapped cache by
    // line answers in two loads and a compare. Entries are immutable and replaced whole, so no lock.
    private static readonly CreationSite?[] s_recent = new CreationSite?[1024];
    private static int s_lastId;

    /// <summary>The last generation in which a record told this site. A race writes it twice, which harms nobody.</summary>
    internal int TraceGeneration;

    private CreationSite(int id, string file, int line, string member) => (Id, File, Line, Member) = (id, file, line, member);

    internal int Id { get; }

    internal string File { get; }

    internal int Line { get; }

    internal string Member { get; }

    internal static CreationSite Of(string file, int line, string member)
    {
        ref var recent = ref s_recent[line & 1023];
        var site = recent;
        if (site is not null && site.Line == line && ReferenceEquals(site.File, file))
            return site;
        return recent = Intern(file, line, member);
    }

    private static CreationSite Intern(string file, int line, string member) =>
        Sites.All.GetOrAdd((file, line), static (key, name) => new CreationSite(Interlocked.Increment(ref s_lastId), key.File, key.Line, name), member);

    // Its own type, so that it is there before the static sites above are made.
    private static class Sites
    {
        internal static readonly ConcurrentDictionary<(string File, int Line), CreationSite> All = new();
    }

    public override string ToString() => Line == 0 ? File : $"{File}:{Line}";
}
