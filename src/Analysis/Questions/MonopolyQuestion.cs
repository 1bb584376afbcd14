using Gmp.Analysis.Model;
using Gmp.Analysis.Questions.Monopoly;
using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions;

/// <summary>GMP201: did one goroutine monopolize a P? The rule and its numbers stand in <see cref="HogRule"/>.</summary>
public sealed class MonopolyQuestion : Question
{
    private const int SlicesShown = 3, VictimsShown = 5, GroupsShown = 3, LinesShown = 4, PathShown = 6;

    /// <inheritdoc/>
    public override string Id => "GMP201";

    /// <inheritdoc/>
    public override string Text => "Did one goroutine monopolize a P?";

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var trace = context.Trace;
        var search = HogSearch.Run(trace);
        if (search.Longest is not { } longest)
            return Answer(context, Severity.NotApplicable, 0, "No goroutine ran while this was recorded.");
        if (search.Groups.Count == 0)
            return AllWell(context, search, longest);

        var worst = search.Groups[0];
        var severity = Severity.Ok;
        foreach (var group in search.Groups)
        {
            var own = SeverityOf(group, trace.Model.Duration);
            if (own > severity)
                (severity, worst) = (own, group);
        }
        return Accuse(context, search, worst, severity);
    }

    private static Severity SeverityOf(HogGroup group, long duration)
    {
        if (group.Victims.Count == 0 || group.CpuNs < HogRule.WarningSlices * (double)group.SliceNs)
            return Severity.Info;
        return group.WorstDueWait >= HogRule.CriticalWaitSlices * group.SliceNs || group.HeldNs > HogRule.CriticalShare * duration
            ? Severity.Critical
            : Severity.Warning;
    }

    // 80 to 100 for critical, 50 to 79 for a warning, growing with the worst wait in slices, sysmon's own delay not counted; 20 for what cost nobody much.
    private static int Score(HogGroup group, Severity severity)
    {
        double slices = (double)group.WorstDueWait / group.SliceNs;
        return severity switch
        {
            Severity.Critical => 80 + (int)Math.Min(20, slices),
            Severity.Warning => 50 + (int)Math.Min(29, 10 * slices),
            _ => 20,
        };
    }

    private Finding AllWell(QuestionContext context, HogSearch search, in Slice longest)
    {
        var trace = context.Trace;
        var goroutine = trace.Model.Goroutines[longest.Goroutine];
        long limit = SliceNs(trace, longest.Scheduler);
        string no = trace.Info.HasLosses ? "Not as far as the trace shows, which lacks records" : "No";
        string what = $"{no}. The longest slice was {Wording.Duration(longest.RunNs)}, of {Wording.Who(goroutine)}{On(longest)} {At(longest)}";
        string answer = $"{what}; from {Wording.Duration(limit)} on it would count.";
        var evidence = new List<string>();
        if (search.NotToBlame.Count > 0)
        {
            answer = $"{what}, but {Excuse(longest)}.";
            evidence.Add($"{Wording.Count(search.NotToBlame.Count, "slice")} took {Wording.Duration(limit)} or more without the CPU time to show for it: the host was busy with other work.");
            evidence.AddRange(search.NotToBlame.OrderByDescending(s => s.RunNs).Take(SlicesShown)
                .Select(s => $"{trace.Model.Goroutines[s.Goroutine].Label}{On(s)}: {Wording.Duration(s.RunNs)} {Period(s)}; {Excuse(s)}."));
        }
        return Answer(context, Severity.Ok, 0, answer) with
        {
            Evidence = evidence,
            Confidence = trace.Info.HasLosses ? Confidence.Low : Confidence.High,
            Goroutines = [Named(goroutine, "longest slice") with { LongestSliceNs = longest.RunNs }],
            Processors = longest.Processor >= 0 ? [longest.Processor] : [],
            Window = Window(longest),
            Source = goroutine.CreatedAt,
            LookCloser = LookCloser(longest),
        };
    }

    private static string Excuse(in Slice slice) =>
        slice.HasCpuEvidence ? $"its thread was on a CPU for {Wording.Percent(slice.OnCpuShare)} of it only"
        : slice.WasReported ? "this platform does not tell how much of it was spent on a CPU"
        : "sysmon, which measures CPU time, did not take it for a hog: most likely the host kept its thread, or the whole process, from running";

    private Finding Accuse(QuestionContext context, HogSearch search, HogGroup group, Severity severity)
    {
        var trace = context.Trace;
        var model = trace.Model;
        var longest = group.Longest.Slice;
        var hog = model.Goroutines[longest.Goroutine];
        int goroutines = group.Slices.Select(s => s.Slice.Goroutine).Distinct().Count();
        int[] processors = [.. group.Slices.Select(s => s.Slice.Processor).Where(p => p >= 0).Distinct().Order()];

        string who = goroutines == 1 ? hog.Label : $"{Wording.Count(goroutines, "goroutine")} (the longest is {hog.Label})";
        string site = hog.CreatedAt is { } at ? $", created at {at.Short}," : "";
        string slices = group.Slices.Count == 1
            ? $"ran{Kept(longest)} for {Wording.Duration(longest.RunNs)} without a scheduling point, {Period(longest)}{Handoff(longest)}."
            : $"ran in {Wording.Count(group.Slices.Count, "slice")} without a scheduling point, {Period(group.Slices[0].Slice.Start, group.Slices.Max(s => s.Slice.End))}. "
                + $"The longest took {Wording.Duration(longest.RunNs)}{Kept(longest)}, {Period(longest)}{Handoff(longest)}.";
        string cost = group.Victims.Count == 0 ? ""
            : $" {Wording.Count(group.Victims.Count, "goroutine")} waited meanwhile: "
                + (group.Waits == 1 ? $"{Wording.Duration(group.WorstWait)}."
                    : $"of the waits of {Wording.Duration(HogRule.LeastWait(group.SliceNs))} or more, the median is {Wording.Duration(group.MedianWait)} and the worst {Wording.Duration(group.WorstWait)}.");
        string verdict = severity >= Severity.Warning ? "Yes" : group.Victims.Count == 0 ? "Yes, but nobody waited for it" : "For a moment";

        var code = HogCode.Of(trace, group);
        var victims = group.Victims.Values.OrderByDescending(v => v.Total).ThenBy(v => v.Goroutine.Id).ToList();
        return Answer(context, severity, Score(group, severity), $"{verdict}. {who}{site} {slices}{cost}{TimeGoes(code)}") with
        {
            Evidence = [.. SiteEvidence(hog.CreatedAt), .. CodeEvidence(code), .. SliceEvidence(model, group), .. HandoffEvidence(group), ShareEvidence(model, group), .. VictimEvidence(group, victims), .. OtherEvidence(trace, search, group)],
            Why = "A goroutine gives its P up at scheduling points only: an await that waits, a yield, a sleep. Code between two of them cannot be stopped from outside, "
                + $"so goroutines queued behind it wait until sysmon hands the P to another thread. That is due after {Wording.Duration(group.SliceNs)}, "
                + "and comes later where sysmon or that thread must wait for a CPU itself.",
            Fixes = Fixes(hog.CreatedAt, code),
            Code = code,
            Confidence = ConfidenceOf(trace, group),
            LookCloser = LookCloser(longest),
            Goroutines = [.. Hogs(model, group), .. victims.Select(v => Named(v.Goroutine, "victim") with { WaitNs = v.Total, LongestWaitNs = v.Longest, Waits = v.Waits.Count })],
            Processors = processors,
            Window = Window(longest),
            Source = hog.CreatedAt,
        };
    }

    private static IEnumerable<FindingGoroutine> Hogs(TraceModel model, HogGroup group) =>
        group.Slices.GroupBy(s => s.Slice.Goroutine)
            .Select(g => Named(model.Goroutines[g.Key], "hog") with
            {
                LongestSliceNs = g.Max(s => s.Slice.RunNs),
                Slices = g.Count(),
                RunNs = g.Sum(s => s.Slice.RunNs),
            })
            .OrderByDescending(g => g.LongestSliceNs);

    // Once in full: two files can have the same name.
    private static IEnumerable<string> SiteEvidence(SourceSite? site)
    {
        if (site is not null)
            yield return $"The creation site is {site.File}:{site.Line}{(site.Member.Length == 0 ? "" : $", in {site.Member}")}.";
    }

    private static string TimeGoes(CodeProfile code) =>
        code is { Hottest: { } method, HottestLine: { } line }
            ? $" Its time goes to {method.Name}, {Wording.Percent(method.Share)} of {Wording.Count(code.Samples, "sample")}{(line.Frame.Place.Length == 0 ? "" : $", most at {line.Frame.Place}")}."
            : "";

    private static string At(CodeFrame frame) => frame.Place.Length == 0 ? frame.Name : $"{frame.Name} at {frame.Place}";

    private static IEnumerable<string> CodeEvidence(CodeProfile code)
    {
        if (code.Samples == 0)
        {
            yield return code.Missing;
            yield break;
        }
        var rest = code.Lines.Skip(LinesShown).ToList();
        yield return $"Its stack was sampled {Wording.Count(code.Samples, "time")} in {Wording.Count(code.Slices, "slice")}; the time goes to "
            + string.Join("; ", code.Lines.Take(LinesShown).Select(l => $"{At(l.Frame)}{(l.Calls.Length == 0 ? "" : $" (in {l.Calls})")}, {Wording.Percent(l.Share)}"))
            + (rest.Count == 0 ? "." : $"; {Wording.Count(rest.Count, "other line")}, {Wording.Percent(rest.Sum(l => l.Share))}.");
        var line = code.HottestLine!;
        if (line.Path.Count > 1)
        {
            var path = line.Path.Count <= PathShown ? line.Path.Select(At) : line.Path.Take(1).Select(At).Append("...").Concat(line.Path.TakeLast(PathShown - 1).Select(At));
            yield return $"The way there is {string.Join(" > ", path)}.";
        }
        if (code.Lines.All(l => l.Frame.Line == 0) && line.Frame.Module.Length > 0)
            yield return $"There are no lines of {line.Frame.Module}: the recorder found no portable PDB that fits it, in its file or beside it, or it was compiled ahead of time.";
    }

    private static IEnumerable<string> SliceEvidence(TraceModel model, HogGroup group)
    {
        foreach (var hog in group.Slices.OrderByDescending(s => s.Slice.RunNs).Take(SlicesShown))
        {
            var slice = hog.Slice;
            string cpu = !slice.HasCpuEvidence ? "this platform does not tell how much of it was spent on a CPU"
                : $"its thread was on a CPU for {Wording.Percent(slice.OnCpuShare)} of {(IsWatched(slice) ? "it" : $"the {Wording.Duration(slice.ObservedNs)} that sysmon measured")}";
            string end = slice.IsOpen ? "at least " : "";
            yield return $"{model.Goroutines[slice.Goroutine].Label} ran{Kept(slice)} for {end}{Wording.Duration(slice.RunNs)}, {Period(slice)}{Handoff(slice)}; {cpu}.";
        }
        if (group.Slices.Count > SlicesShown)
            yield return $"{Wording.Count(group.Slices.Count - SlicesShown, "more slice")} took {Wording.Duration(group.SliceNs)} or longer.";
    }

    private static IEnumerable<string> HandoffEvidence(HogGroup group)
    {
        var lost = group.Slices.Where(s => s.Slice.LostProcessor && s.Slice.Processor >= 0).Select(s => s.Slice).ToList();
        if (lost.Count > 0)
        {
            long[] after = [.. lost.Select(s => s.HeldUntil - s.Start).Order()];
            yield return $"sysmon handed the P to another thread after {Wording.Duration(after[after.Length / 2])}{(after.Length > 1 ? $" at the median, {Wording.Duration(after[^1])} at worst" : "")}; "
                + $"the goroutine went on without a P for {Wording.Duration(lost.Sum(s => s.End - s.HeldUntil))}{(after.Length > 1 ? " in all" : "")}.";
            if (after[^1] > HogRule.HandoffSlices * group.SliceNs)
                yield return $"What is beyond {Wording.Duration(HogRule.HandoffSlices * group.SliceNs)} of it is sysmon's own delay, most likely for want of a CPU: it does not count for how bad this finding is.";
        }
        int kept = group.Slices.Count(s => !s.Slice.LostProcessor);
        if (kept > 0)
            yield return kept == group.Slices.Count ? "The P was not taken from it." : $"In {Wording.Count(kept, "slice")} the P was not taken from it.";
    }

    private static string ShareEvidence(TraceModel model, HogGroup group)
    {
        var shares = group.Slices.Where(s => s.Slice.Processor >= 0).GroupBy(s => s.Slice.Processor).OrderBy(p => p.Key)
            .Select(p => (P: p.Key, Held: p.Sum(s => Math.Max(0, s.Slice.HeldUntil - Math.Max(0, s.Slice.Start)))))
            .Select(p => $"P{p.P} for {Wording.Duration(p.Held)}, {Wording.Percent(model.Duration > 0 ? (double)p.Held / model.Duration : 0)} of the trace");
        string text = string.Join("; ", shares);
        return text.Length == 0 ? "The trace starts after the P was taken from it." : $"These slices held {text}.";
    }

    private static IEnumerable<string> VictimEvidence(HogGroup group, List<Victim> victims)
    {
        foreach (var victim in victims.Take(VictimsShown))
        {
            yield return $"{Wording.Who(victim.Goroutine)} was runnable and waited "
                + (victim.Waits.Count == 1 ? $"{Wording.Duration(victim.Total)}." : $"{Wording.Count(victim.Waits.Count, "time")}, {Wording.Duration(victim.Total)} in all and {Wording.Duration(victim.Longest)} at worst.");
        }
        if (victims.Count > VictimsShown)
        {
            yield return $"{Wording.Count(victims.Count - VictimsShown, "more goroutine")} waited "
                + $"{Wording.Duration(victims.Skip(VictimsShown).Sum(v => v.Total))} in all and {Wording.Duration(victims.Skip(VictimsShown).Max(v => v.Longest))} at worst.";
        }
        if (victims.Count > 0)
            yield return $"A wait counts from {Wording.Duration(HogRule.LeastWait(group.SliceNs))} on, on the queue of that P, or on the global queue while no P was idle.";
    }

    private static IEnumerable<string> OtherEvidence(LoadedTrace trace, HogSearch search, HogGroup group)
    {
        var model = trace.Model;
        foreach (var other in search.Groups.Where(g => g != group).Take(GroupsShown))
        {
            var slice = other.Longest.Slice;
            yield return $"Also {Wording.Who(model.Goroutines[slice.Goroutine])}: {Wording.Count(other.Slices.Count, "slice")} too long, the longest {Wording.Duration(slice.RunNs)}, "
                + (other.Victims.Count == 0 ? "and nobody waited." : $"with {Wording.Count(other.Victims.Count, "goroutine")} waiting.")
                + TimeGoes(HogCode.Of(trace, other));
        }
        if (search.Groups.Count > GroupsShown + 1)
            yield return $"{Wording.Count(search.Groups.Count - GroupsShown - 1, "more creation site has", "more creation sites have")} such goroutines.";
        if (search.NotToBlame.Count > 0)
            yield return $"{Wording.Count(search.NotToBlame.Count, "other slice was", "other slices were")} as long without the CPU time to show for it: the host was busy.";
    }

    private static string[] Fixes(SourceSite? site, CodeProfile code)
    {
        string place = code.HottestLine is { } line ? $"the loop that runs {At(line.Frame)}"
            : site is null ? "its loop" : $"the loop of the goroutine created at {site.Short}";
        return
        [
            $"Put `await Yield()` into {place}, once for every 100 us of work or so. A yield costs tens of ns, so in a tight loop do it every few thousand rounds.",
            "Wrap the stretch in `Blocking(() => ...)`: the P is handed on at once and nobody waits. It costs a thread for as long as the call lasts. "
                + "`Syscall(() => ...)` is cheaper for stretches that are mostly short: only a long one loses the P.",
            "Split the work into goroutines of a few hundred us each, which other Ps can steal.",
            "More Ps (SchedulerOptions.Processors) help only while CPUs are free, and each hog still takes one.",
        ];
    }

    private static Confidence ConfidenceOf(LoadedTrace trace, HogGroup group) =>
        trace.Info.HasLosses ? Confidence.Low
        : group.Slices.All(s => s.Slice is { IsOpen: false, Processor: >= 0 } && IsWatched(s.Slice)) ? Confidence.High
        : Confidence.Medium;

    // sysmon measured most of it, so the rest is not guessed.
    private static bool IsWatched(in Slice slice) => slice.ObservedNs >= slice.RunNs / 2;

    private static FindingGoroutine Named(GoroutineInfo goroutine, string role) => new(goroutine.Id, goroutine.Name, role, goroutine.CreatedAt);

    private static long SliceNs(LoadedTrace trace, int scheduler) =>
        trace.Info.SchedulerList.Find(s => s.Id == scheduler)?.SliceNs ?? SchedulerInfo.DefaultSliceNs;

    private static string On(in Slice slice) => slice.Processor < 0 ? "" : $" on P{slice.Processor}";

    private static string Kept(in Slice slice) => slice.LostProcessor ? "" : On(slice);

    // A hog that lost its P did not run "on" it: most of such a slice is without one.
    private static string Handoff(in Slice slice) =>
        slice is { LostProcessor: true, Processor: >= 0 } ? $": {Wording.Duration(slice.HeldUntil - slice.Start)} on P{slice.Processor}, then without a P" : "";

    private static string Period(in Slice slice) => Period(slice.Start, slice.End);

    // What was told about the time before the recording has a length; a moment it has not.
    private static string Period(long start, long end) =>
        start < 0 ? $"since before the recording began, until {Wording.Moment(end)}" : $"from {Wording.Moment(start)} to {Wording.Moment(end)}";

    private static string At(in Slice slice) => slice.Start < 0 ? "since before the recording began" : $"at {Wording.Moment(slice.Start)}";

    private static TimeWindow Window(in Slice slice) => new(Math.Max(0, slice.Start), slice.End);

    private static string LookCloser(in Slice slice) => $"dotnet gmp-trace view FILE --at {(Math.Max(0, slice.Start) / 1e9).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)}s";
}
