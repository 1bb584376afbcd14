using System.Text.Json.Nodes;
using Gmp.Analysis.Model;

namespace Gmp.Tool.Reporting.Html.Timeline;

/// <summary>The goroutines that the page can name, by numbers of its own: from 1 on, 0 for none. A trace can have millions; the first that are asked for count.</summary>
internal sealed class GoroutineTable(TraceModel model)
{
    private const int Most = 20_000;
    private const int NameLength = 48;

    private readonly Dictionary<int, int> _numbers = [];
    private readonly List<int> _goroutines = [];

    /// <summary>The page's number of a goroutine.</summary>
    public int Number(int goroutine)
    {
        if (goroutine < 0)
            return 0;
        if (_numbers.TryGetValue(goroutine, out int number))
            return number;
        if (_goroutines.Count >= Most)
            return 0;
        _goroutines.Add(goroutine);
        return _numbers[goroutine] = _goroutines.Count;
    }

    /// <summary>The table: id, name and site of each, the sites by number.</summary>
    public JsonObject ToJson()
    {
        var sites = new Dictionary<string, int> { [""] = 0 };
        var (ids, names, siteOf) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (int at in _goroutines)
        {
            var goroutine = model.Goroutines[at];
            string site = goroutine.CreatedAt?.Short ?? "";
            if (!sites.TryGetValue(site, out int number))
                sites[site] = number = sites.Count;
            ids.Add(goroutine.Id);
            names.Add(SafeText.Name(SafeText.Bound(goroutine.Name, NameLength)));
            siteOf.Add(number);
        }
        return new JsonObject { ["ids"] = ids, ["names"] = names, ["siteOf"] = siteOf, ["sites"] = new JsonArray([.. sites.Keys.Select(s => (JsonNode)JsonValue.Create(SafeText.Name(s)))]) };
    }
}
