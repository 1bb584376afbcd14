namespace Gmp;

/// <summary>Goroutines that differ in nothing but their ids, names and times: the same state, the same stack, the same creation chain.</summary>
internal sealed class GoroutineGroup
{
    private const int Shown = 3;

    internal List<GoroutineView> Members { get; } = [];

    /// <summary>Groups goroutines. Groups stay in the order of states that they came in, the largest first in each.</summary>
    internal static IEnumerable<GoroutineGroup> Of(List<GoroutineView> views)
    {
        var groups = new Dictionary<GoroutineView, GoroutineGroup>(new SamePlace());
        var order = new List<GoroutineGroup>();
        foreach (var view in views)
        {
            if (!groups.TryGetValue(view, out var group))
            {
                groups[view] = group = new GoroutineGroup();
                order.Add(group);
            }
            group.Members.Add(view);
        }
        return order.GroupBy(g => g.Members[0].Status).SelectMany(s => s.OrderByDescending(g => g.Members.Count));
    }

    /// <summary>Whom it consists of: some ids, and some names if there are any.</summary>
    internal string Who()
    {
        string who = "goroutines " + Some([.. Members.Take(Shown).Select(m => $"{m.Id}")], $"{Members[^1].Id}", Members.Count);
        // No more than it takes to know that there are more than are shown.
        string[] names = [.. Members.Where(m => m.Name is not null).Select(m => m.Name!).Distinct().Take(Shown + 1).Select(n => $"\"{DumpText.Name(n)}\"")];
        return names.Length switch
        {
            0 => who,
            > Shown => $"{who}, named {string.Join(", ", names[..Shown])} and so on",
            _ => $"{who}, named {string.Join(", ", names)}",
        };
    }

    private static string Some(string[] first, string last, int count) => count switch
    {
        <= Shown => string.Join(", ", first),
        Shown + 1 => $"{string.Join(", ", first)}, {last}",
        _ => $"{string.Join(", ", first)}, ... {last}",
    };

    private sealed class SamePlace : IEqualityComparer<GoroutineView>
    {
        public bool Equals(GoroutineView? x, GoroutineView? y) =>
            x!.Status == y!.Status && x.Reason == y.Reason && x.Origin == y.Origin && x.LockedM is null == y.LockedM is null
            && x.IsCut == y.IsCut && x.Stack.AsSpan().SequenceEqual(y.Stack);

        public int GetHashCode(GoroutineView view)
        {
            var hash = new HashCode();
            hash.Add(view.Status);
            hash.Add(view.Reason);
            hash.Add(view.Origin);
            foreach (var point in view.Stack)
                hash.Add(point);
            return hash.ToHashCode();
        }
    }
}
