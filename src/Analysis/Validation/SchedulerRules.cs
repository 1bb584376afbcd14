using System.Globalization;
using Gmp.Tracing;

namespace Gmp.Analysis.Validation;

/// <summary>
/// The state machines of one scheduler's goroutines, Ps and Ms, written from docs/trace-format.md and the runtime, and not from the code that builds
/// the model, which it is to check. For each kind a row of a table says what must hold before its record and what it changes; kinds without a row
/// are skipped.
/// </summary>
/// <remarks>
/// <para><see cref="Check"/> changes nothing. <see cref="Apply"/> believes the record, whatever was known, so that one violation does not make a hundred.</para>
/// <para>One record may stand after what rests on it. A goroutine that parks can be readied elsewhere before its M has written that it blocked: all other
/// records are written before their effect. So a goroutine that is readied while it runs owes a GoBlock, and may even start meanwhile.</para>
/// </remarks>
internal sealed partial class SchedulerRules
{
    private const int MostProcessors = 1024;

    private readonly Dictionary<long, GoroutineState> _goroutines = [];
    private readonly HashSet<long> _ended = [];
    private readonly ProcessorState?[] _processors = new ProcessorState?[MostProcessors];
    private readonly Dictionary<long, MachineState> _machines = [];
    private readonly SiteReferences _sites;
    private readonly Func<long, string> _time;
    private readonly Row?[] _table = new Row?[256];
    private readonly List<BlockDebt> _debts = [];   // oldest first; few
    private long? _settled;
    private int _highestProcs;      // the most Ps that were told at one time; 0 for not yet
    private int _generationWithoutP;
    private bool _hasEnded;
    private bool _hasLosses;

    private delegate Rule? Precondition(in RecordCopy r);

    private delegate void Effect(in RecordCopy r);

    private enum Where
    {
        OfP,
        WithoutP,
        Either,
    }

    private sealed record Row(Where Where, Precondition? Check, Effect Apply);

    /// <param name="scheduler">The scheduler's number.</param>
    /// <param name="sites">Where it notes which creation sites are described and referred to: their ids are the process's.</param>
    /// <param name="time">Words a time.</param>
    public SchedulerRules(int scheduler, SiteReferences sites, Func<long, string> time)
    {
        (Scheduler, _sites, _time) = (scheduler, sites, time);
        SetGoroutineRows();
        SetProcessorRows();
        SetMachineRows();
        SetAnnotationRows();
        Set(EventKind.SchedulerStart, Where.WithoutP, (in r) => r[0] is > 0 and <= MostProcessors ? null : Rules.Value, (in r) => SetProcs(r[0]));
        Set(EventKind.ProcsChange, Where.WithoutP, (in r) => r[0] is > 0 and <= MostProcessors ? null : Rules.Value, (in r) => SetProcs(r[0]));
        Set(EventKind.SchedulerStop, Where.WithoutP, (in _) => _hasEnded ? Rules.SchedulerEnd : null, (in _) => _hasEnded = true);
        Set(EventKind.Site, Where.Either, (in r) => r[0] > 0 ? null : Rules.Value, (in r) => _sites.Described(r.Generation, r[0]));
        Set(EventKind.FlushMark, Where.WithoutP, null, (in _) => { });
        Set(EventKind.SnapshotEnd, Where.WithoutP, null, (in _) => { });
        Set(EventKind.Heartbeat, Where.WithoutP, (in r) => _highestProcs > 0 && r[2] > _highestProcs ? Rules.Value : null, (in _) => { });
        Set(EventKind.GcPause, Where.WithoutP, (in r) => r[5] is 0 or 1 ? null : Rules.Value, (in _) => { });
    }

    /// <summary>The scheduler's number.</summary>
    public int Scheduler { get; }

    /// <summary>The generation that this recording began: what earlier ones left behind has had its first words there.</summary>
    public int FirstGeneration { get; set; }

    /// <summary>True for a kind that the table has.</summary>
    public bool Knows(EventKind kind) => _table[(int)kind] is not null;

    /// <summary>Which rule a record breaks as things stand; null for none.</summary>
    public Rule? Check(in RecordCopy r)
    {
        if (!IsInItsStream(in r))
            return Rules.Stream;
        if (Names(r.Kind) is { } values && (ulong)r[values.Field] > (ulong)values.Most)
            return Rules.Value;
        if (!IsIntroduced(in r))
            return Rules.FirstWord;
        return _table[(int)r.Kind]!.Check?.Invoke(in r);
    }

    /// <summary>Does what the record says.</summary>
    public void Apply(in RecordCopy r)
    {
        if (r.Stream >= 0)
        {
            var p = Processor(r.Stream);
            p.Generation = Math.Max(p.Generation, r.Generation);
        }
        else
        {
            _generationWithoutP = Math.Max(_generationWithoutP, r.Generation);
        }
        if (IsInItsStream(in r))
            _table[(int)r.Kind]!.Apply(in r);
        if (r.Stream < 0)
            return;
        var owned = Processor(r.Stream);
        owned.Blocked = r.Kind == EventKind.GoBlock ? (r[0], r[2]) : default;
        if (r.Kind != EventKind.ProcStatus)
            owned.IsJustTold = false;
    }

    /// <summary>Records are missing: nothing that was known is certain any more, and first words may be among them.</summary>
    public void Loss()
    {
        _hasLosses = true;
        _goroutines.Clear();
        _debts.Clear();
        foreach (var p in _processors)
            p?.Forget();
        foreach (var m in _machines.Values)
            (m.Phase, m.P) = (MachinePhase.Unknown, MachineState.UnknownP);
        _sites.Loss();
    }

    /// <summary>What is known of everything that a record names.</summary>
    public string States(in RecordCopy r)
    {
        var states = new List<string>();
        var spec = EventTable.Find(r.Kind)!;
        for (int i = 0; i < spec.NumberCount; i++)
        {
            switch (spec.Fields[i].Name)
            {
                case "g" or "first" or "by" or "parent" when r[i] > 0:
                    states.Add(_goroutines.TryGetValue(r[i], out var g) ? g.Text(_time)
                        : string.Create(CultureInfo.InvariantCulture, $"G{r[i]} {(_ended.Contains(r[i]) ? "has ended" : "has not been told of")}"));
                    break;
                case "m" or "fromM" or "toM" when r[i] >= 0:
                    states.Add((_machines.GetValueOrDefault(r[i]) ?? new MachineState(r[i])).Text);
                    break;
            }
        }
        if (r.Stream is >= 0 and < MostProcessors)
            states.Add((_processors[r.Stream] ?? new ProcessorState(r.Stream)).Text);
        if (r.Kind is EventKind.ProcStart && _highestProcs > 0)
            states.Add($"there are {_highestProcs} Ps");
        return states.Count == 0 ? "" : string.Join("; ", states);
    }

    private void Set(EventKind kind, Where where, Precondition? check, Effect apply) => _table[(int)kind] = new Row(where, check, apply);

    private bool IsInItsStream(in RecordCopy r)
    {
        var where = _table[(int)r.Kind]!.Where;
        return where == Where.Either || (r.Stream >= 0) == (where == Where.OfP);
    }

    private void SetProcs(long procs) => _highestProcs = Math.Max(_highestProcs, (int)Math.Clamp(procs, 0, MostProcessors));

    // The first word on a P, on what has no P, and on the goroutine that a record is about.
    private bool IsIntroduced(in RecordCopy r)
    {
        if (_hasLosses || r.Generation < FirstGeneration)
            return true;
        if (r.Stream < 0)
            return r.Kind == EventKind.SchedulerStart || _generationWithoutP >= r.Generation;
        return r.Kind == EventKind.ProcStatus || (_processors[r.Stream]?.Generation ?? 0) >= r.Generation;
    }

    // Fields whose numbers are names: which, and the highest.
    private static (int Field, long Most)? Names(EventKind kind) => kind switch
    {
        EventKind.GoCreate => (3, (long)RunQueueKind.None),
        EventKind.GoUnblock => (2, (long)RunQueueKind.None),
        EventKind.GoStop => (1, (long)StopReason.LostP),
        EventKind.GoStatus => (1, (long)GoStatus.Preempted),
        EventKind.ProcStatus => (0, (long)ProcStatus.Dead),
        EventKind.ProcRetake or EventKind.ProcHandoff => (2, (long)HandoffReason.LockedThread),
        EventKind.GoBlock => (1, byte.MaxValue),
        EventKind.MSpinEnd => (1, 1),
        _ => null,
    };

    private ProcessorState Processor(int number) => _processors[number] ??= new ProcessorState(number);

    private GoroutineState? Find(long id) => _goroutines.GetValueOrDefault(id);

    private GoroutineState Goroutine(long id)
    {
        if (!_goroutines.TryGetValue(id, out var known))
            _goroutines[id] = known = new GoroutineState(id);
        return known;
    }

    private MachineState Machine(long id)
    {
        if (!_machines.TryGetValue(id, out var known))
            _machines[id] = known = new MachineState(id);
        return known;
    }
}
