using System.Globalization;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Tracing;

namespace Gmp.Analysis.Validation;

/// <summary>Holds one scheduler's records, as they come in the order of time, against the rules, and reports those that break one.</summary>
/// <remarks>
/// Rejected: to hold a record up until what it rests on has come, as Go's reader does (internal/trace/order.go). Its events of a thread stand in one
/// stream; here those of an M stand in its P's stream and in the one without a P, so that a stream that waits lets the other run ahead of it, and one
/// violation makes a hundred. Time orders the streams but for one case, which <see cref="SchedulerRules"/> knows.
/// </remarks>
internal sealed class SchedulerValidator : IRecordSink
{
    private readonly SchedulerRules _rules;
    private readonly ValidationResult _result;
    private readonly TraceClock _clock;
    private readonly Dictionary<int, int> _generations = [];
    private bool _isTail;

    public SchedulerValidator(int scheduler, SiteReferences sites, ValidationResult result, TraceClock clock)
    {
        (_result, _clock) = (result, clock);
        _rules = new SchedulerRules(scheduler, sites, TimeText);
    }

    /// <summary>The generation that the recording began.</summary>
    public int FirstGeneration
    {
        get => _rules.FirstGeneration;
        set => _rules.FirstGeneration = value;
    }

    public void Record(int stream, int generation, long ticks, in BatchCursor fields)
    {
        if (!_rules.Knows(fields.Kind))
        {
            _result.UnknownKinds++;
            return;
        }
        var r = new RecordCopy(stream, generation, ticks, in fields);
        _result.Records++;
        if (_isTail)
        {
            _result.Unjudged++;
            _rules.Apply(in r);
            return;
        }
        CheckGeneration(in r);
        while (_rules.TakeOverdue(ticks - LongestDebt, out var overdue))
            ReportDebt(in overdue);
        if (_rules.Check(in r) is { } broken)
            Report(broken, in r, _rules.States(in r));
        _rules.Apply(in r);
        if (_rules.TakeSettled() is { } early)
        {
            _result.Early++;
            _result.MostEarlyNs = Math.Max(_result.MostEarlyNs, _clock.ToNs(early));
        }
    }

    public void Loss(int stream, long lastTicks) => _rules.Loss();

    /// <summary>From here on streams may lack records.</summary>
    public void BeginTail() => _isTail = true;

    /// <summary>Nothing will follow.</summary>
    public void Complete()
    {
        while (!_isTail && _rules.TakeOverdue(long.MaxValue, out var overdue))
            ReportDebt(in overdue);
    }

    /// <summary>Reports a record that breaks a rule.</summary>
    public void Report(Rule rule, in RecordCopy r, string text) =>
        _result.Add(new Violation(rule, _rules.Scheduler, r.Stream, _clock.SinceStart(r.Ticks), r.ToString(), text));

    // A thread may be held up between the moment when a goroutine may be readied and the record that it waits, on a machine that others use too.
    private long LongestDebt => _clock.Frequency / 10;

    private void ReportDebt(in RecordCopy unblock) =>
        Report(Rules.GUnblock, in unblock, string.Create(CultureInfo.InvariantCulture, $"G{unblock[0]} ran, and that it blocked did not come within 100 ms"));

    private void CheckGeneration(in RecordCopy r)
    {
        int last = _generations.GetValueOrDefault(r.Stream);
        if (r.Generation < last)
            Report(Rules.Generation, in r, string.Create(CultureInfo.InvariantCulture, $"it is of generation {r.Generation}, after records of generation {last}"));
        else if (r.Generation > last)
            _generations[r.Stream] = r.Generation;
    }

    private string TimeText(long ticks) => string.Create(CultureInfo.InvariantCulture, $"{_clock.SinceStart(ticks) / 1e6:0.000} ms");
}
