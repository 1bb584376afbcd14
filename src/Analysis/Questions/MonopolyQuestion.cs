using Gmp.Analysis.Language;
using Gmp.Analysis.Model;
using Gmp.Analysis.Questions.Hosts;
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
            return Answer(context, Severity.NotApplicable, 0, context.Phrases.Text("No goroutine ran while this was recorded."));
        if (search.Groups.Count == 0)
            return AllWell(context, search, longest);

        var worst = search.Groups[0];
        var severity = Severity.Ok;
        foreach (var group in search.Groups)
        {
            var own = SeverityOf(group, trace.Model.Length);
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
        var (trace, say) = (context.Trace, context.Phrases);
        var goroutine = trace.Model.Goroutines[longest.Goroutine];
        long limit = trace.Info.SliceNs(longest.Scheduler);
        string what = say.Say($"The longest slice was {Wording.Duration(longest.RunNs)}, of {Wording.Who(goroutine)}{On(say, longest)} {At(say, longest)}");
        var evidence = new List<string>();
        string rest = say.Say($"; from {Wording.Duration(limit)} on it would count.");
        if (search.NotToBlame.Count > 0)
        {
            rest = say.Say($", but {Excuse(say, longest)}.");
            string count = say.Count(search.NotToBlame.Count, "slice"), least = Wording.Duration(limit);
            evidence.Add(
                search.NotToBlame.All(s => s.Slept) ? say.Say($"{count} took {least} or more without the CPU time to show for it: the thread slept, in a call that the scheduler was not told of (GMP103).")
                : search.NotToBlame.Any(s => s.Slept) ? say.Say($"{count} took {least} or more without the CPU time to show for it: the host was busy with other work, or the thread slept in a call that the scheduler was not told of (GMP103).")
                : say.Say($"{count} took {least} or more without the CPU time to show for it: the host was busy with other work."));
            evidence.AddRange(search.NotToBlame.OrderByDescending(s => s.RunNs).Take(SlicesShown)
                .Select(s => say.Say($"{trace.Model.Goroutines[s.Goroutine].Label}{On(say, s)}: {Wording.Duration(s.RunNs)} {Period(say, s)}; {Excuse(say, s)}.")));
        }
        else if (longest.RunNs >= limit && search.OnlyPaused.Count > 0)
        {
            rest = say.Text(", but the runtime had stopped all threads meanwhile, and without that it would be none.");
        }
        evidence.AddRange(AroundEvidence(context, search, longest));
        string answer = trace.Info.HasLosses ? say.Say($"Not as far as the trace shows, which lacks records. {what}{rest}") : say.Say($"No. {what}{rest}");
        return Answer(context, Severity.Ok, 0, answer) with
        {
            Evidence = evidence,
            Confidence = trace.Info.HasLosses ? Confidence.Low : Confidence.High,
            Goroutines = [FindingGoroutine.Of(goroutine, "longest slice") with { LongestSliceNs = longest.RunNs }],
            Processors = longest.Processor >= 0 ? [longest.Processor] : [],
            Window = Window(longest),
            Source = goroutine.CreatedAt,
            LookCloser = LookCloser(longest),
        };
    }

    private static string Excuse(Phrases say, in Slice slice) =>
        slice.Slept ? say.Text("its thread slept for most of it, in a call that the scheduler was not told of: see GMP103")
        : slice.HasCpuEvidence ? say.Say($"its thread was on a CPU for {Wording.Percent(slice.OnCpuShare)} of it only")
        : slice.WasReported ? say.Text("this platform does not tell how much of it was spent on a CPU")
        : say.Text("sysmon, which measures CPU time, did not take it for a hog: most likely the host kept its thread, or the whole process, from running");

    private Finding Accuse(QuestionContext context, HogSearch search, HogGroup group, Severity severity)
    {
        var (trace, say) = (context.Trace, context.Phrases);
        var model = trace.Model;
        var longest = group.Longest.Slice;
        var hog = model.Goroutines[longest.Goroutine];
        int[] processors = [.. group.Slices.Select(s => s.Slice.Processor).Where(p => p >= 0).Distinct().Order()];
        var code = HogCode.Of(trace, group, say);
        var victims = group.Victims.Values.OrderByDescending(v => v.Total).ThenBy(v => v.Goroutine.Id).ToList();
        return Answer(context, severity, Score(group, severity), Accusation(say, model, group, severity) + TimeGoes(say, code)) with
        {
            Evidence =
            [
                .. SiteEvidence(say, hog.CreatedAt), .. CodeEvidence(say, code), .. SliceEvidence(say, model, group), .. HandoffEvidence(say, group), ShareEvidence(say, model, group),
                .. VictimEvidence(say, group, victims), .. OtherEvidence(context, search, group),
            ],
            Why = say.Say($"A goroutine gives its P up at scheduling points only: an await that waits, a yield, a sleep. Code between two of them cannot be stopped from outside, so goroutines queued behind it wait until sysmon hands the P to another thread. That is due after {Wording.Duration(group.SliceNs)}, and comes later where sysmon or that thread must wait for a CPU itself."),
            Fixes = Fixes(say, hog.CreatedAt, code),
            Code = code,
            Confidence = ConfidenceOf(trace, group),
            LookCloser = LookCloser(longest),
            Goroutines = [.. Hogs(model, group), .. victims.Select(v => FindingGoroutine.Of(v.Goroutine, "victim") with { WaitNs = v.Total, LongestWaitNs = v.Longest, Waits = v.Waits.Count })],
            Processors = processors,
            Window = Window(longest),
            Source = hog.CreatedAt,
        };
    }

    private static string Accusation(Phrases say, TraceModel model, HogGroup group, Severity severity)
    {
        var longest = group.Longest.Slice;
        var hog = model.Goroutines[longest.Goroutine];
        int goroutines = group.Slices.Select(s => s.Slice.Goroutine).Distinct().Count();
        string who = goroutines == 1 ? hog.Label : say.Say($"{say.Count(goroutines, "goroutine")} (the longest is {hog.Label})");
        if (hog.CreatedAt is { } at)
            who = say.Say($"{who}, created at {at.Short},");
        string slices = group.Slices.Count == 1
            ? say.Say($"{who} ran{Kept(say, longest)} for {Wording.Duration(longest.RunNs)} without a scheduling point, {Period(say, longest)}{Handoff(say, longest)}.")
            : say.Say($"{who} ran in {say.Count(group.Slices.Count, "slice")} without a scheduling point, {Period(say, group.Slices[0].Slice.Start, group.Slices.Max(s => s.Slice.End))}. The longest took {Wording.Duration(longest.RunNs)}{Kept(say, longest)}, {Period(say, longest)}{Handoff(say, longest)}.");
        string waiting = say.Count(group.Victims.Count, "goroutine");
        string cost = group.Victims.Count == 0 ? ""
            : group.Waits == 1 ? say.Say($" {waiting} waited meanwhile: {Wording.Duration(group.WorstWait)}.")
            : say.Say($" {waiting} waited meanwhile: of the waits of {Wording.Duration(HogRule.LeastWait(group.SliceNs))} or more, the median is {Wording.Duration(group.MedianWait)} and the worst {Wording.Duration(group.WorstWait)}.");
        return severity >= Severity.Warning ? say.Say($"Yes. {slices}{cost}")
            : group.Victims.Count == 0 ? say.Say($"Yes, but nobody waited for it. {slices}{cost}")
            : say.Say($"For a moment. {slices}{cost}");
    }

    private static IEnumerable<FindingGoroutine> Hogs(TraceModel model, HogGroup group) =>
        group.Slices.GroupBy(s => s.Slice.Goroutine)
            .Select(g => FindingGoroutine.Of(model.Goroutines[g.Key], "hog") with
            {
                LongestSliceNs = g.Max(s => s.Slice.RunNs),
                Slices = g.Count(),
                RunNs = g.Sum(s => s.Slice.RunNs),
            })
            .OrderByDescending(g => g.LongestSliceNs);

    // Once in full: two files can have the same name.
    private static IEnumerable<string> SiteEvidence(Phrases say, SourceSite? site)
    {
        if (site is not null)
            yield return site.Member.Length == 0 ? say.Say($"The creation site is {site.File}:{site.Line}.") : say.Say($"The creation site is {site.File}:{site.Line}, in {site.Member}.");
    }

    private static string TimeGoes(Phrases say, CodeProfile code) =>
        code is not { Hottest: { } method, HottestLine: { } line } ? ""
        : line.Frame.Place.Length == 0 ? say.Say($" Its time goes to {method.Name}, {Wording.Percent(method.Share)} of {say.Count(code.Samples, "sample")}.")
        : say.Say($" Its time goes to {method.Name}, {Wording.Percent(method.Share)} of {say.Count(code.Samples, "sample")}, most at {line.Frame.Place}.");

    private static string At(Phrases say, CodeFrame frame) => frame.Place.Length == 0 ? frame.Name : say.Say($"{frame.Name} at {frame.Place}");

    private static string Line(Phrases say, CodeShare line) =>
        line.Calls.Length == 0 ? say.Say($"{At(say, line.Frame)}, {Wording.Percent(line.Share)}")
        : say.Say($"{At(say, line.Frame)} (in {(line.Calls == HogCode.Poll ? say.Text(HogCode.Poll) : line.Calls)}), {Wording.Percent(line.Share)}");

    private static IEnumerable<string> CodeEvidence(Phrases say, CodeProfile code)
    {
        if (code.Samples == 0)
        {
            yield return code.Missing;
            yield break;
        }
        var rest = code.Lines.Skip(LinesShown).ToList();
        var lines = code.Lines.Take(LinesShown).Select(l => Line(say, l));
        if (rest.Count > 0)
            lines = lines.Append(say.Say($"{say.Count(rest.Count, "other line")}, {Wording.Percent(rest.Sum(l => l.Share))}"));
        yield return say.Say($"Its stack was sampled {say.Count(code.Samples, "time")} in {say.Count(code.Slices, "slice")}; the time goes to {string.Join(say.Text("; "), lines)}.");
        var line = code.HottestLine!;
        if (line.Path.Count > 1)
        {
            var path = line.Path.Count <= PathShown ? line.Path.Select(f => At(say, f))
                : line.Path.Take(1).Select(f => At(say, f)).Append("...").Concat(line.Path.TakeLast(PathShown - 1).Select(f => At(say, f)));
            yield return say.Say($"The way there is {string.Join(" > ", path)}.");
        }
        if (code.Lines.All(l => l.Frame.Line == 0) && line.Frame.Module.Length > 0)
            yield return say.Say($"There are no lines of {line.Frame.Module}: the recorder found no portable PDB that fits it, in its file or beside it, or it was compiled ahead of time.");
    }

    private static IEnumerable<string> SliceEvidence(Phrases say, TraceModel model, HogGroup group)
    {
        foreach (var hog in group.Slices.OrderByDescending(s => s.Slice.RunNs).Take(SlicesShown))
        {
            var slice = hog.Slice;
            string cpu = !slice.HasCpuEvidence ? say.Text("this platform does not tell how much of it was spent on a CPU")
                : IsWatched(slice) ? say.Say($"its thread was on a CPU for {Wording.Percent(slice.OnCpuShare)} of it")
                : say.Say($"its thread was on a CPU for {Wording.Percent(slice.OnCpuShare)} of the {Wording.Duration(slice.ObservedNs)} that sysmon measured");
            string who = model.Goroutines[slice.Goroutine].Label;
            yield return slice.IsOpen
                ? say.Say($"{who} ran{Kept(say, slice)} for at least {Wording.Duration(slice.RunNs)}, {Period(say, slice)}{Handoff(say, slice)}; {cpu}.")
                : say.Say($"{who} ran{Kept(say, slice)} for {Wording.Duration(slice.RunNs)}, {Period(say, slice)}{Handoff(say, slice)}; {cpu}.");
        }
        if (group.Slices.Count > SlicesShown)
            yield return say.Say($"{say.Count(group.Slices.Count - SlicesShown, "more slice")} took {Wording.Duration(group.SliceNs)} or longer.");
    }

    private static IEnumerable<string> HandoffEvidence(Phrases say, HogGroup group)
    {
        var lost = group.Slices.Where(s => s.Slice.LostProcessor && s.Slice.Processor >= 0).Select(s => s.Slice).ToList();
        if (lost.Count > 0)
        {
            long[] after = [.. lost.Select(s => s.HeldUntil - s.Start).Order()];
            string without = Wording.Duration(lost.Sum(s => s.End - s.HeldUntil));
            yield return after.Length > 1
                ? say.Say($"sysmon handed the P to another thread after {Wording.Duration(after[after.Length / 2])} at the median, {Wording.Duration(after[^1])} at worst; the goroutine went on without a P for {without} in all.")
                : say.Say($"sysmon handed the P to another thread after {Wording.Duration(after[0])}; the goroutine went on without a P for {without}.");
            if (after[^1] > HogRule.HandoffSlices * group.SliceNs)
                yield return say.Say($"What is beyond {Wording.Duration(HogRule.HandoffSlices * group.SliceNs)} of it is sysmon's own delay, most likely for want of a CPU: it does not count for how bad this finding is.");
        }
        int kept = group.Slices.Count(s => !s.Slice.LostProcessor);
        if (kept > 0)
            yield return kept == group.Slices.Count ? say.Text("The P was not taken from it.") : say.Say($"In {say.Count(kept, "slice")} the P was not taken from it.");
    }

    private static string ShareEvidence(Phrases say, TraceModel model, HogGroup group)
    {
        var shares = group.Slices.Where(s => s.Slice.Processor >= 0).GroupBy(s => s.Slice.Processor).OrderBy(p => p.Key)
            .Select(p => (P: p.Key, Held: p.Sum(s => Math.Max(0, s.Slice.HeldUntil - Math.Max(0, s.Slice.Start)))))
            .Select(p => say.Say($"P{p.P} for {Wording.Duration(p.Held)}, {Wording.Percent(model.Length > 0 ? Math.Min(1, (double)p.Held / model.Length) : 0)} of the trace"));
        string text = string.Join(say.Text("; "), shares);
        return text.Length == 0 ? say.Text("The trace starts after the P was taken from it.") : say.Say($"These slices held {text}.");
    }

    private static IEnumerable<string> VictimEvidence(Phrases say, HogGroup group, List<Victim> victims)
    {
        foreach (var victim in victims.Take(VictimsShown))
        {
            string who = Wording.Who(victim.Goroutine);
            yield return victim.Waits.Count == 1 ? say.Say($"{who} was runnable and waited {Wording.Duration(victim.Total)}.")
                : say.Say($"{who} was runnable and waited {say.Count(victim.Waits.Count, "time")}, {Wording.Duration(victim.Total)} in all and {Wording.Duration(victim.Longest)} at worst.");
        }
        if (victims.Count > VictimsShown)
        {
            var more = victims.Skip(VictimsShown).ToList();
            yield return say.Say($"{say.Count(more.Count, "more goroutine")} waited {Wording.Duration(more.Sum(v => v.Total))} in all and {Wording.Duration(more.Max(v => v.Longest))} at worst.");
        }
        if (victims.Count > 0)
            yield return say.Say($"A wait counts from {Wording.Duration(HogRule.LeastWait(group.SliceNs))} on, on the queue of that P, or on the global queue while no P was idle.");
    }

    private static IEnumerable<string> OtherEvidence(QuestionContext context, HogSearch search, HogGroup group)
    {
        var (trace, say) = (context.Trace, context.Phrases);
        foreach (var other in search.Groups.Where(g => g != group).Take(GroupsShown))
        {
            var slice = other.Longest.Slice;
            string also = say.Say($"Also {Wording.Who(trace.Model.Goroutines[slice.Goroutine])}: {say.Count(other.Slices.Count, "slice")} too long, the longest {Wording.Duration(slice.RunNs)}");
            yield return (other.Victims.Count == 0 ? say.Say($"{also}, and nobody waited.") : say.Say($"{also}, with {say.Count(other.Victims.Count, "goroutine")} waiting."))
                + TimeGoes(say, HogCode.Of(trace, other, say));
        }
        if (search.Groups.Count > GroupsShown + 1)
            yield return say.Say($"{say.Count(search.Groups.Count - GroupsShown - 1, "more creation site has", "more creation sites have")} such goroutines.");
        if (search.NotToBlame.Count > 0)
            yield return say.Say($"{say.Count(search.NotToBlame.Count, "other slice was", "other slices were")} as long without the CPU time to show for it: the host was busy.");
        foreach (string around in AroundEvidence(context, search, group.Longest.Slice))
            yield return around;
    }

    // What else made slices longer than they were by their own doing.
    private static IEnumerable<string> AroundEvidence(QuestionContext context, HogSearch search, Slice slice)
    {
        var say = context.Phrases;
        if (search.OnlyPaused.Count > 0)
            yield return say.Say($"{say.Count(search.OnlyPaused.Count, "slice")} took so long only since the runtime stopped all threads meanwhile, for a collection or a sampler.");
        if (HogRule.IsLong(slice, context.Info.SliceNs(slice.Scheduler)) && context.Shared(c => HostUse.Of(c.Model)).WaitShareWithin(slice.Start, slice.End) is { } share)
            yield return say.Say($"In the second or seconds around it, threads that run goroutines wanted a CPU and had none for {Wording.Percent(share)} of the time.");
    }

    private static string[] Fixes(Phrases say, SourceSite? site, CodeProfile code)
    {
        string place = code.HottestLine is { } line ? say.Say($"the loop that runs {At(say, line.Frame)}")
            : site is null ? say.Text("its loop") : say.Say($"the loop of the goroutine created at {site.Short}");
        return
        [
            say.Say($"Put `await Yield()` into {place}, once for every 100 us of work or so. A yield costs tens of ns, so in a tight loop do it every few thousand rounds."),
            say.Text("Wrap the stretch in `Blocking(() => ...)`: the P is handed on at once and nobody waits. It costs a thread for as long as the call lasts. "
                + "`Syscall(() => ...)` is cheaper for stretches that are mostly short: only a long one loses the P."),
            say.Text("Split the work into goroutines of a few hundred us each, which other Ps can steal."),
            say.Text("More Ps (SchedulerOptions.Processors) help only while CPUs are free, and each hog still takes one."),
        ];
    }

    private static Confidence ConfidenceOf(LoadedTrace trace, HogGroup group) =>
        trace.Info.HasLosses ? Confidence.Low
        : group.Slices.All(s => s.Slice is { IsOpen: false, Processor: >= 0 } && IsWatched(s.Slice)) ? Confidence.High
        : Confidence.Medium;

    // sysmon measured most of it, so the rest is not guessed.
    private static bool IsWatched(in Slice slice) => slice.ObservedNs >= slice.RunNs / 2;


    private static string On(Phrases say, in Slice slice) => slice.Processor < 0 ? "" : say.Say($" on P{slice.Processor}");

    private static string Kept(Phrases say, in Slice slice) => slice.LostProcessor ? "" : On(say, slice);

    // A hog that lost its P did not run "on" it: most of such a slice is without one.
    private static string Handoff(Phrases say, in Slice slice) =>
        slice is { LostProcessor: true, Processor: >= 0 } ? say.Say($": {Wording.Duration(slice.HeldUntil - slice.Start)} on P{slice.Processor}, then without a P") : "";

    private static string Period(Phrases say, in Slice slice) => Period(say, slice.Start, slice.End);

    // What was told about the time before the recording has a length; a moment it has not.
    private static string Period(Phrases say, long start, long end) =>
        start < 0 ? say.Say($"since before the recording began, until {Wording.Moment(end)}") : say.Say($"from {Wording.Moment(start)} to {Wording.Moment(end)}");

    private static string At(Phrases say, in Slice slice) => slice.Start < 0 ? say.Text("since before the recording began") : say.Say($"at {Wording.Moment(slice.Start)}");

    private static TimeWindow Window(in Slice slice) => new(Math.Max(0, slice.Start), slice.End);

    private static string LookCloser(in Slice slice) => $"dotnet gmp-trace view FILE --at {(Math.Max(0, slice.Start) / 1e9).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)}s";
}
