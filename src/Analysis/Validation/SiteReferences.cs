namespace Gmp.Analysis.Validation;

/// <summary>
/// Which creation sites are described in a generation and which are referred to. The ids are the process's: the record that describes one may
/// stand in any stream of any scheduler, and a little later than what refers to it, so it is asked at the end.
/// </summary>
internal sealed class SiteReferences
{
    private readonly HashSet<(int Generation, long Site)> _described = [];
    private readonly Dictionary<(int Generation, long Site), (int Scheduler, RecordCopy By)> _open = [];
    private bool _hasLosses;

    public void Described(int generation, long site)
    {
        _described.Add((generation, site));
        _open.Remove((generation, site));
    }

    public void Referred(int generation, long site, int scheduler, in RecordCopy by)
    {
        if (site != 0 && !_described.Contains((generation, site)))
            _open.TryAdd((generation, site), (scheduler, by));
    }

    public void Loss() => _hasLosses = true;

    /// <summary>The first record that refers to each site which nothing describes.</summary>
    public IEnumerable<(int Scheduler, RecordCopy By)> Undescribed => _hasLosses ? [] : _open.Values;
}
