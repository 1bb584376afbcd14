namespace Gmp;

/// <summary>
/// Who created a goroutine, who created that one, and so on, in words. Sites are known to the end of the chain, or to where it was cut; ids and
/// names of those that have not ended.
/// </summary>
internal static class CreationChain
{
    /// <summary>The lines of a chain, nearest first, without indentation.</summary>
    /// <param name="scheduler">Whose goroutine it is.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="parentId">Its creator, or 0.</param>
    /// <param name="find">Finds a goroutine that has not ended by its id; null if nobody may be looked for.</param>
    internal static List<string> Lines(Scheduler scheduler, Origin origin, long parentId, Func<long, GoroutineView?>? find)
    {
        var lines = new List<string>();
        long? by = parentId;
        // That the main goroutine was created by who started the scheduler is said of itself only.
        for (; origin.Creator is not null && (origin != scheduler.MainOrigin || lines.Count == 0); origin = origin.Creator)
        {
            GoroutineView? creator = null;
            string created = lines.Count == 0 ? "created" : "which was created";
            if (origin.Creator == scheduler.MainOrigin)
                by ??= scheduler.MainId;
            if (by is > 0)
            {
                creator = find?.Invoke(by.Value);
                created += $" by goroutine {by}";
                if (by == scheduler.MainId)
                    created += " \"main\"";
                else if (creator?.Name is { } name)
                    created += $" \"{DumpText.Name(name)}\"";
                else if (creator is null && find is not null)
                    created += " (ended)";
            }
            else if (by is null && origin.Creator.Creator is not null)
            {
                created += " by a goroutine";
            }
            lines.Add(Place(created, origin.Site));
            by = creator?.ParentId;
        }
        if (origin == Origin.Forgotten)
            lines.Add("which was created by goroutines that are not kept");
        return lines;
    }

    private static string Place(string created, CreationSite site) =>
        site.Line == 0 ? $"{created} {site}" : $"{created} at {site} in {MethodNames.OfMember(site.Member)}";
}
