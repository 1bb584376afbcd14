using Gmp.Tracing;

namespace Gmp;

/// <summary>A dump of goroutines as text, in the manner of Go's: a header line each, its stack and who created it indented below.</summary>
internal sealed class GoroutineDump
{
    /// <summary>So many are told one by one, unless asked otherwise.</summary>
    internal const int MostSingly = 100;

    internal const string Indent = "    ";

    private readonly Scheduler _scheduler;
    private readonly TextWriter _writer;
    private readonly List<GoroutineView> _views;
    private readonly long _now = Clock.Now;
    private Dictionary<long, GoroutineView>? _byId;

    internal GoroutineDump(Scheduler scheduler, TextWriter writer, List<GoroutineView> views)
    {
        (_scheduler, _writer, _views) = (scheduler, writer, views);
        // Who runs first: that is where the dump is read first.
        views.Sort(static (a, b) => (Rank(a.Status), a.Id).CompareTo((Rank(b.Status), b.Id)));
    }

    /// <summary>Writes all goroutines of a scheduler.</summary>
    internal static void Write(Scheduler scheduler, TextWriter writer, GoroutineDumpForm form)
    {
        var dump = new GoroutineDump(scheduler, writer, Census.Take(scheduler));
        dump.WriteHeader();
        dump.WriteGoroutines(form);
    }

    internal void WriteGoroutines(GoroutineDumpForm form)
    {
        if (form == GoroutineDumpForm.Grouped || (form == GoroutineDumpForm.Auto && _views.Count > MostSingly))
        {
            foreach (var group in GoroutineGroup.Of(_views))
                WriteGroup(group);
            return;
        }
        foreach (var view in _views)
            WriteOne(view);
    }

    private void WriteHeader()
    {
        string name = _scheduler.Name.Length == 0 ? "" : $" \"{DumpText.Name(_scheduler.Name)}\"";
        var states = _views.GroupBy(v => v.Status).Select(s => $"{s.Count()} {StateWord(s.Key)}");
        _writer.Write($"scheduler {_scheduler.Number}{name}: {_scheduler.Processors} Ps, {_scheduler.AllMs().Length} Ms, {_views.Count} goroutines");
        _writer.Write(_views.Count == 0 ? "\n" : $": {string.Join(", ", states)}\n");
    }

    private void WriteOne(GoroutineView view)
    {
        string name = view.Name is null ? "" : $" \"{DumpText.Name(view.Name)}\"";
        _writer.Write($"\ngoroutine {view.Id}{name} [{State(view)}]:\n");
        if (view.M is not null && view.M == M.Current)
            WriteLines(CallStack.OfCaller());
        else
            WriteStack(view);
        WriteCreation(view);
    }

    private void WriteGroup(GoroutineGroup group)
    {
        var first = group.Members[0];
        if (group.Members.Count == 1)
        {
            WriteOne(first);
            return;
        }
        string state = StateWord(first.Status);
        if (first.Status == GoStatus.Waiting)
        {
            long min = group.Members.Min(Minutes), max = group.Members.Max(Minutes);
            state = first.Reason.Text() + (max == 0 ? "" : min == max ? $", {max} minutes" : $", {min} to {max} minutes");
        }
        _writer.Write($"\n{group.Members.Count} goroutines [{state}{Locked(first)}]:\n");
        WriteStack(first);
        WriteCreation(first);
        _writer.Write($"{Indent}{group.Who()}\n");
    }

    private void WriteStack(GoroutineView view)
    {
        if (view.Status is GoStatus.Running or GoStatus.Syscall)
            _writer.Write($"{Indent}it runs on its thread; its stack cannot be read from here\n");
        foreach (var point in view.Stack)
            _writer.Write($"{Indent}{point}\n");
        if (view.IsCut)
            _writer.Write($"{Indent}... more callers\n");
    }

    private void WriteCreation(GoroutineView view) =>
        WriteLines(CreationChain.Lines(_scheduler, view.Origin, view.ParentId, Find));

    private void WriteLines(IEnumerable<string> lines)
    {
        foreach (string line in lines)
            _writer.Write($"{Indent}{line}\n");
    }

    // In a part of all goroutines, such as those that leaked, creators may be missing.
    private GoroutineView? Find(long id)
    {
        if (_byId is null)
        {
            _byId = [];
            foreach (var view in _views)
                _byId[view.Id] = view;
        }
        if (!_byId.TryGetValue(id, out var found))
            _byId[id] = found = Census.Find(_scheduler, id)!;
        return found;
    }

    private string State(GoroutineView view)
    {
        string state = StateWord(view.Status);
        if (view.Status == GoStatus.Waiting)
        {
            state = view.Reason.Text();
            if (view.Awaited is { } awaited)
                state += $" ({awaited})";
            if (Minutes(view) is > 0 and long minutes)
                state += $", {minutes} minutes";
        }
        else if (view.M is { } m)
        {
            state += m.PSeen is { } p ? $" on P{p.Id}, M{m.Id}" : $" without a P, M{m.Id}";
        }
        return state + Locked(view);
    }

    /// <summary>For how long it has waited. Not told of a sleep: it will end.</summary>
    private long Minutes(GoroutineView view) =>
        view.Reason == WaitReason.Sleep ? 0 : (long)Scheduler.Since(view.WaitTime, _now).TotalMinutes;

    private static string Locked(GoroutineView view) => view.LockedM is null ? "" : ", locked to thread";

    private static string StateWord(GoStatus status) => status switch
    {
        GoStatus.Runnable => "runnable",
        GoStatus.Running => "running",
        GoStatus.Syscall => "syscall",
        GoStatus.Waiting => "waiting",
        _ => status.ToString(),
    };

    private static int Rank(GoStatus status) => status switch
    {
        GoStatus.Running => 0,
        GoStatus.Syscall => 1,
        GoStatus.Runnable => 2,
        _ => 3,
    };
}
