using Gmp.Tracing;

namespace Gmp.Analysis.Model.Building;

// A part of the trace is to be counted.
internal sealed partial class SchedulerModel
{
    private readonly TraceSelection _selection;
    private readonly bool _hasBounds;
    private readonly Accounts.SiteAccount _unselected;
    private bool _isBefore;

    // Records behind the end change nothing but what things are called.
    private bool IsBehindEnd(long time, EventKind kind)
    {
        if (_isBefore && time >= _selection.FromNs)
            BeginCounting(_selection.FromNs);
        return time >= _selection.ToNs
            && kind is not (EventKind.Site or EventKind.Label or EventKind.UserText or EventKind.SchedulerStart);
    }

    /// <summary>What was counted so far is forgotten; what goes on goes on.</summary>
    private void BeginCounting(long from)
    {
        _isBefore = false;
        _model.Start = Math.Max(_model.Start, from);
        foreach (var g in _goroutines.Values)
            g.AccountUpTo(from);
        foreach (var site in _accounts.SiteList.Append(_unselected))
            site.Restart();
        foreach (var g in _goroutines.Values)
        {
            g.Restart();
            if (g.Status != GoStatus.Dead)
                g.Account.Goroutines++;
        }
        _accounts.Restart(from);
        _longestSlice = -1;
        _model.Forget(_scheduler.Id);
        foreach (var place in _processors.Concat(_machines.Values))
            place?.Restart();
    }

    /// <summary>Whether it counts became known, or may have changed.</summary>
    private void Select(GoroutineInfo g)
    {
        if (!_selection.HasGoroutines)
            return;
        g.IsSelected = _selection.Includes(g);
        var account = !g.IsSelected ? _unselected : g.Site?.Account ?? _siteless;
        if (account == g.Account)
            return;
        g.Account.Goroutines--;
        account.Goroutines++;
        g.Account = account;
    }

    // Waits and calls count where they began.
    private bool Counts(RunPlace? place) => _selection.Processors.Count == 0 || (place is { IsProcessor: true } && _selection.Includes(place.Lane.Id));

    private bool Counts(GoroutineInfo g, short queue, RunPlace ranOn) =>
        g.IsSelected && (_selection.Processors.Count == 0 || (queue >= 0 && _selection.Includes(queue)) || Counts(ranOn));
}
