using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using static Gmp.Tracing.FieldType;

namespace Gmp.Tracing;

/// <summary>
/// Every event of the scheduler: its name, its fields and their types, in one place. The batch writer, the batch reader,
/// the <c>Transitions</c> events, the text form and the documentation come from it, and a test holds them together.
/// </summary>
/// <remarks>
/// Each record also has a time and a stream. The stream is the P that owns the record, or <see cref="NoP"/> for what
/// happens without one (system calls that lost their P, hogs after the handoff, parking Ms, sysmon).
/// A field is never changed once released; a new one is appended. A trace carries <see cref="SchemaText"/>, so an older
/// reader finds the length of what it does not know.
/// </remarks>
public static class EventTable
{
    /// <summary>The stream of records that belong to no P.</summary>
    public const int NoP = -1;

    /// <summary>The version of the batch format. A reader refuses a higher one.</summary>
    public const int FormatVersion = 1;

    /// <summary>The most number fields that any kind has.</summary>
    public const int MaxNumbers = 8;

    /// <summary>The most string fields that any kind has.</summary>
    public const int MaxStrings = 2;

    private static readonly EventField s_g = new("g", UInt, "the goroutine's id");
    private static readonly EventField s_m = new("m", UInt, "the M's id");
    private static readonly EventField s_observed = new("observedNs", UInt, "how long sysmon watched this slice so far, ns");
    private static readonly EventField s_onCpu = new("onCpuNs", UInt, "how much of that its thread was on a CPU, ns; 0 with observedNs 0 where the platform does not tell");
    private static readonly EventField s_annotator = new("g", UInt, "the goroutine that says so");
    private static readonly EventField s_task = new("task", UInt, "the task's id");
    private static readonly EventField s_taskOf = new("task", UInt, "the id of the task that it is part of, 0 for none");
    private static readonly EventField s_region = new("region", UInt, "the region's id");
    private static readonly EventField s_name = new("name", UInt, "the id of a UserText, 0 if the name stands in this record");
    private static readonly EventField s_inlineName = new("text", FieldType.String, "the name, if name is 0");

    /// <summary>Every row, by number.</summary>
    public static IReadOnlyList<EventSpec> Specs { get; } =
    [
        new(EventKind.ProcsChange, "ProcsChange", "The number of Ps became known or changed.",
            new EventField("procs", UInt, "how many Ps there are")),
        new(EventKind.ProcStart, "ProcStart", "An M acquired this P.", s_m),
        new(EventKind.ProcStop, "ProcStop", "The M released this P, which is idle.", s_m),
        new(EventKind.ProcStatus, "ProcStatus", "The state of this P when the recording first meets it.",
            new("status", UInt, "a ProcStatus"), new("m", Int, "the M that runs it, or -1")),
        new(EventKind.ProcRetake, "ProcRetake", "sysmon took this P from an M.",
            s_m, s_g, new("reason", UInt, "a HandoffReason")),
        new(EventKind.ProcHandoff, "ProcHandoff", "This P went from one M to another.",
            new("fromM", UInt, "the M that had it"), new("toM", UInt, "the M that goes on with it"), new("reason", UInt, "a HandoffReason")),

        new(EventKind.GoCreate, "GoCreate", "A goroutine was created and is runnable.",
            s_g, new("parent", UInt, "the goroutine that created it, 0 for none"), new("site", UInt, "the id of the creation site, 0 for none"),
            new("queue", UInt, "a RunQueueKind"), new("name", FieldType.String, "the name given at creation, or empty")),
        new(EventKind.GoStart, "GoStart", "A goroutine starts to run on this P.", s_g),
        new(EventKind.GoDestroy, "GoDestroy", "A goroutine ended.", s_g),
        new(EventKind.GoStop, "GoStop", "A goroutine stopped running and is runnable.",
            s_g, new("reason", UInt, "a StopReason"), new("queue", UInt, "a RunQueueKind")),
        new(EventKind.GoBlock, "GoBlock", "A goroutine stopped running and waits.",
            s_g, new("reason", UInt, "a WaitReason"), new("on", UInt, "the id of what it waits on, 0 for unknown")),
        new(EventKind.GoUnblock, "GoUnblock", "A waiting goroutine became runnable.",
            s_g, new("by", UInt, "the goroutine that readied it, 0 for none (timer, poller, another thread)"), new("queue", UInt, "a RunQueueKind")),
        new(EventKind.GoSyscallBegin, "GoSyscallBegin", "A goroutine entered a system call.", s_g),
        new(EventKind.GoSyscallEnd, "GoSyscallEnd", "A goroutine came back from a system call with its P.", s_g),
        new(EventKind.GoSyscallEndBlocked, "GoSyscallEndBlocked", "A goroutine came back from a system call and its P was gone.", s_g, s_m),
        new(EventKind.GoStatus, "GoStatus", "The state of a goroutine when the recording first meets it.",
            s_g, new("status", UInt, "a GoStatus"), new("reason", UInt, "a WaitReason"),
            new("onP", Int, "the P that runs it, or -1"), new("onM", Int, "the M that runs it, or -1"),
            new("parent", UInt, "the goroutine that created it, 0 for none"), new("site", UInt, "the id of the creation site, 0 for none"),
            new("since", UInt, "how long ago it entered the state, in ticks; 0 for unknown"), new("name", FieldType.String, "its name, or empty")),
        new(EventKind.GoHog, "GoHog", "A goroutine has held this P for a whole slice without a scheduling point.", s_g, s_m, s_observed, s_onCpu),
        new(EventKind.GoHogEnd, "GoHogEnd", "A goroutine that was a hog came to a scheduling point.", s_g, s_m, s_observed, s_onCpu),
        new(EventKind.GoLabels, "GoLabels", "The labels of a goroutine, from now on.", s_g, new("set", UInt, "the id of a set of labels, 0 for none")),

        new(EventKind.GoWaitsOn, "GoWaitsOn", "What a goroutine that waits waits on, and who has it.",
            s_g, new("on", UInt, "the id of what it waits on"), new("holder", UInt, "the goroutine that locked it last, 0 for unknown")),
        new(EventKind.LockTaken, "LockTaken", "A goroutine has taken, or was given, a lock that others wait for.",
            new("on", UInt, "the lock's id"), new("g", UInt, "the goroutine's id")),
        new(EventKind.GoStall, "GoStall", "The thread of a goroutine that runs sleeps in the kernel: in a call that the scheduler was not told of.",
            s_g, s_m, s_observed, s_onCpu, new("sleptNs", UInt, "how much of that its thread slept for certain, ns")),

        new(EventKind.Steal, "Steal", "This P took goroutines from another P's run queue.",
            new("victim", UInt, "the P they were taken from"), new("count", UInt, "how many"), new("first", UInt, "the goroutine that runs first")),
        new(EventKind.GlobalPut, "GlobalPut", "This P's run queue was full: goroutines moved to the global queue.", new EventField("count", UInt, "how many")),
        new(EventKind.GlobalGet, "GlobalGet", "This P took goroutines from the global queue.", new EventField("count", UInt, "how many")),

        new(EventKind.MStart, "MStart", "A thread became an M.", s_m, new("tid", UInt, "the thread's id in the operating system")),
        new(EventKind.MSpinBegin, "MSpinBegin", "The M of this P starts to look for work.", s_m),
        new(EventKind.MSpinEnd, "MSpinEnd", "The M of this P stops looking for work.", s_m, new("found", UInt, "1 if it found some")),
        new(EventKind.MPark, "MPark", "An M has nothing to do and sleeps.", s_m),
        new(EventKind.MUnpark, "MUnpark", "A sleeping M was woken.", s_m),

        new(EventKind.Site, "Site", "A creation site.",
            new("id", UInt, "the site's id"), new("line", UInt, "the line, from 1"),
            new("file", FieldType.String, "the file as the compiler knew it"), new("member", FieldType.String, "the member that contains the call")),
        new(EventKind.FlushMark, "FlushMark", "Every record with a time up to this one's has been flushed."),
        new(EventKind.Heartbeat, "Heartbeat", "Queue depths and counts, as sysmon sees them.",
            new("global", UInt, "goroutines in the global queue"), new("local", UInt, "goroutines in the Ps' queues"),
            new("idlePs", UInt, "idle Ps"), new("spinning", UInt, "Ms that look for work"), new("goroutines", UInt, "goroutines alive")),
        new(EventKind.SchedulerStart, "SchedulerStart", "A scheduler runs.",
            new("procs", UInt, "how many Ps it has"), new("sliceNs", UInt, "after how long a goroutine is a hog, ns"), new("name", FieldType.String, "its name")),
        new(EventKind.SchedulerStop, "SchedulerStop", "A scheduler ended."),
        new(EventKind.MStop, "MStop", "An M's thread ended: with the goroutine that was locked to it, or after too long without work.", s_m),
        new(EventKind.GcPause, "GcPause", "The garbage collector stopped every thread of the process, at some time within windowNs before this record.",
            new("collections", UInt, "collections that began since the record before; 0 for a later pause of one in the background"),
            new("generation", UInt, "what the last of them collected"), new("pauseNs", UInt, "how long all threads stood still, ns"),
            new("windowNs", UInt, "how long before this record sysmon looked last, ns"), new("heapBytes", UInt, "the heap after it, bytes"),
            new("background", UInt, "1 if it runs beside the program")),
        new(EventKind.SnapshotEnd, "SnapshotEnd", "Every goroutine that was alive when a session started has been told.",
            new("generation", UInt, "the generation that the session began"), new("goroutines", UInt, "goroutines alive now"),
            new("schedulers", UInt, "schedulers that run in the process now; each tells its own")),
        new(EventKind.UserTaskBegin, "UserTaskBegin", "The program began a task, which may span goroutines.",
            s_task, new("parent", UInt, "the task that it is part of, 0 for none"), s_annotator, s_name, s_inlineName),
        new(EventKind.UserTaskEnd, "UserTaskEnd", "The program ended a task.", s_task, s_annotator),
        new(EventKind.UserRegionBegin, "UserRegionBegin", "A region of the program begins.",
            s_region, s_taskOf, s_annotator, s_name, s_inlineName),
        new(EventKind.UserRegionEnd, "UserRegionEnd", "A region of the program ends.", s_region, s_annotator),
        new(EventKind.UserLog, "UserLog", "A message of the program.",
            s_taskOf, s_annotator, new("category", UInt, "the id of a UserText, 0 if the category stands in this record"),
            new("text", FieldType.String, "the category, if category is 0"), new("message", FieldType.String, "the message")),
        new(EventKind.UserText, "UserText", "A text that annotations name by its id.",
            new("id", UInt, "the text's id"), new("text", FieldType.String, "the text")),
        new(EventKind.Label, "Label", "A label of a set.",
            new("set", UInt, "the set's id"), new("index", UInt, "the label's place in it, from 0"), new("count", UInt, "how many labels the set has"),
            new("key", FieldType.String, "the key"), new("value", FieldType.String, "the value")),
    ];

    private static readonly EventSpec?[] s_byKind = ByKind();
    private static readonly FrozenDictionary<string, EventSpec> s_byName = Specs.ToFrozenDictionary(s => s.Name);

    /// <summary>
    /// The table as text, a line a kind: <c>number name field:type ...</c> with types <c>u</c>, <c>i</c>, <c>s</c>. It travels in
    /// <see cref="GmpEventSource.Hello"/>, so that a reader can skip kinds and fields that it does not know.
    /// </summary>
    public static string SchemaText { get; } = ToSchemaText();

    /// <summary>The row of a kind, or null where this table does not know it.</summary>
    public static EventSpec? Find(EventKind kind) => s_byKind[(int)kind];

    /// <summary>The row with this name, or null.</summary>
    public static EventSpec? Find(string name) => s_byName.GetValueOrDefault(name);

    private static EventSpec?[] ByKind()
    {
        var byKind = new EventSpec?[256];
        foreach (var spec in Specs)
            byKind[(int)spec.Kind] = spec;
        return byKind;
    }

    private static string ToSchemaText()
    {
        var text = new StringBuilder();
        foreach (var spec in Specs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(int)spec.Kind} {spec.Name}");
            foreach (var field in spec.Fields)
                text.Append(CultureInfo.InvariantCulture, $" {field.Name}:{"uis"[(int)field.Type]}");
            text.Append('\n');
        }
        return text.ToString();
    }
}
