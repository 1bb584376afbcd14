using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Tracing;
using System.Runtime.InteropServices;

namespace Gmp.Tracing;

/// <summary>
/// The provider <c>Gmp-Runtime</c>. It writes the scheduler's events in two forms: <see cref="Keywords.Transitions"/>, an event each with
/// named fields for any standard tool, and <see cref="Keywords.Batches"/>, packed, for <c>dotnet gmp-trace</c>.
/// </summary>
/// <remarks>
/// Thread-safe. A session that starts is counted in <see cref="Generation"/> and told to <see cref="SessionStarted"/>; a session that
/// ends is not told apart from others that go on, so <see cref="Modes"/> is computed anew from what is enabled and the Disable command
/// is never taken for "off".
/// </remarks>
[EventSource(Name = ProviderName)]
public sealed partial class GmpEventSource : EventSource, IBatchSink
{
    /// <summary>The provider's name.</summary>
    public const string ProviderName = "Gmp-Runtime";

    /// <summary>The id of <see cref="Hello"/>.</summary>
    public const int HelloId = 1;

    /// <summary>The id of <see cref="Batch"/>.</summary>
    public const int BatchId = 2;

    /// <summary>A transition's event id is this plus its <see cref="EventKind"/>.</summary>
    public const int FirstTransitionId = 10;

    /// <summary>Bytes of a batch event before its records: scheduler, stream, generation, sequence (int each), base time (long), length (int).</summary>
    public const int BatchPrefixBytes = 28;

    /// <summary>
    /// The session argument (any value) that goes with <see cref="Keywords.Flush"/>. Without it, a Flush session also starts a generation.
    /// </summary>
    public const string FlushArgument = "flush";

    /// <summary>Which events a session wants.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "EventSource looks for a nested type of this name.")]
    public static class Keywords
    {
        /// <summary>An event for each transition, with named fields.</summary>
        public const EventKeywords Transitions = (EventKeywords)0x1;
        /// <summary>Packed transitions.</summary>
        public const EventKeywords Batches = (EventKeywords)0x2;
        /// <summary>The state of everything alive when the session starts. Implied by the two above.</summary>
        public const EventKeywords Status = (EventKeywords)0x4;
        /// <summary>Queue depths and counts ten times a second. Implied by Batches.</summary>
        public const EventKeywords Heartbeat = (EventKeywords)0x8;
        /// <summary>Writes nothing; being enabled makes every scheduler flush.</summary>
        public const EventKeywords Flush = (EventKeywords)0x40;
    }

    /// <summary>The forms that some session wants now.</summary>
    [Flags]
    [SuppressMessage("Design", "CA1034", Justification = "Only this class sets it.")]
    public enum Mode
    {
        /// <summary>Nobody listens.</summary>
        Off = 0,
        /// <summary>An event a transition.</summary>
        Transitions = 1,
        /// <summary>Packed.</summary>
        Batches = 2,
        /// <summary>
        /// No form: somebody measures how long switches take. It stands here so that a hook which is off tests one word for all of its users.
        /// </summary>
        Metrics = 4,
    }

    private static readonly Lock s_changing = new();

    /// <summary>The only instance.</summary>
    public static GmpEventSource Log => Instance.Log;

    private static int s_modes;
    private static int s_generation;
    private static IBatchSink? s_recorder;

    // Apart from this class, whose statics a session's start reads on the diagnostics thread, under a lock of EventSource's that the
    // constructor takes too. As a field of this class the instance would be made while the class's own initialization is held: a session
    // that starts at that moment would wait for the initialization, and the constructor for that session's lock, for ever.
    private static class Instance
    {
        internal static readonly GmpEventSource Log = Make();

        private static GmpEventSource Make()
        {
            // And the table that the first command reads under that lock.
            FrameworkSources.Make();
            _ = EventTable.SchemaText;
            return new();
        }
    }

    private GmpEventSource()
        : base(EventSourceSettings.EtwManifestEventFormat)
    {
    }

    /// <summary>What some session wants now. Read before every record: one load of a static.</summary>
    public static Mode Modes => (Mode)s_modes;

    /// <summary>Counts the sessions that were started in this process. A record's first mention of a G, P or site in a generation carries its state.</summary>
    public static int Generation => Volatile.Read(ref s_generation);

    /// <summary>
    /// Raised on the thread that starts a session (the runtime's diagnostics thread), after <see cref="Generation"/> grew and
    /// <see cref="Modes"/> is set. Handlers flush what they hold and return soon: every diagnostics
    /// command of the process waits meanwhile.
    /// </summary>
    public static event Action? SessionStarted;

    /// <summary>Raised on the thread that starts a Flush session or calls <see cref="FlushAll"/>: handlers send what they hold before they return.</summary>
    public static event Action? FlushRequested;

    /// <summary>Lets every scheduler send what it holds, before it returns: the process ends, and what is not sent then is lost. Any thread.</summary>
    [NonEvent]
    public static void FlushAll() => FlushRequested?.Invoke();

    /// <summary>Switches <see cref="Mode.Metrics"/> on or off. Any thread; the runtime's alone to call.</summary>
    [NonEvent]
    public static void SetMetrics(bool on) => SetModes(on ? Mode.Metrics : Mode.Off, Mode.Metrics);

    /// <summary>
    /// Gives every batch to somebody in this process too, whether there is a session or not, or to nobody any more. Any thread; the runtime's alone
    /// to call. Until the first call of <see cref="Renew"/> after it, the recorder may get batches of a generation whose beginning it has not seen.
    /// </summary>
    /// <param name="recorder">Gets them under the buffers' locks, so it must be quick and must not throw.</param>
    [NonEvent]
    public static void SetRecorder(IBatchSink? recorder)
    {
        // Made outside the lock: a session that starts meanwhile takes EventSource's lock before ours, and the constructor takes that one.
        var log = Log;
        lock (s_changing)
        {
            Volatile.Write(ref s_recorder, recorder);
            log.UpdateModes();
        }
    }

    /// <summary>Begins a generation without a session: everything alive is told once more. Any thread.</summary>
    [NonEvent]
    public static void Renew()
    {
        BeginGeneration();
        SessionStarted?.Invoke();
    }

    // Goroutines keep 16 bits of it, in which 0 means none.
    private static void BeginGeneration()
    {
        while ((ushort)Interlocked.Increment(ref s_generation) == 0)
        {
        }
    }

    // Sessions and metrics come and go on threads of their own: each changes its own bits.
    private static void SetModes(Mode modes, Mode which)
    {
        int before;
        do
            before = Volatile.Read(ref s_modes);
        while (Interlocked.CompareExchange(ref s_modes, (before & ~(int)which) | (int)modes, before) != before);
    }

    // From what is enabled now. Sessions and the recorder come and go on threads of their own: under the lock whoever comes last sees both.
    [NonEvent]
    private void UpdateModes()
    {
        lock (s_changing)
        {
            var modes = Mode.Off;
            if (IsEnabled(EventLevel.Informational, Keywords.Transitions))
                modes |= Mode.Transitions;
            if (s_recorder is not null || IsEnabled(EventLevel.Informational, Keywords.Batches))
                modes |= Mode.Batches;
            SetModes(modes, Mode.Transitions | Mode.Batches);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventCommand(EventCommandEventArgs command)
    {
        // `this`, not Log: the first command can come while the constructor runs, when Log is still null.
        // A session that only asks to flush says so, and starts no generation: nobody needs every state once more for it.
        if (command.Command == EventCommand.Enable && command.Arguments?.ContainsKey(FlushArgument) == true)
        {
            UpdateModes();
            FlushRequested?.Invoke();
            return;
        }
        // Generation before modes: whoever sees a form switched on sees the generation that it belongs to.
        if (command.Command == EventCommand.Enable)
            BeginGeneration();
        UpdateModes();
        if (command.Command != EventCommand.Enable)
            return;
        Hello(EventTable.FormatVersion, Environment.ProcessId, Stopwatch.GetTimestamp(), Stopwatch.Frequency, s_generation,
            DateTime.UtcNow.Ticks, RuntimeInformation.FrameworkDescription, EventTable.SchemaText);
        SessionStarted?.Invoke();
    }

    /// <summary>
    /// Written to every session when one starts, whatever its keywords: proof that the process has goroutines, the clock, and the table
    /// of events that its batches are written by.
    /// </summary>
    /// <param name="formatVersion"><see cref="EventTable.FormatVersion"/>.</param>
    /// <param name="processId">The process.</param>
    /// <param name="timestamp">Now, in ticks of the clock that records use.</param>
    /// <param name="frequency">Ticks a second.</param>
    /// <param name="generation">The generation that this session began.</param>
    /// <param name="utcTicks">The same moment as <paramref name="timestamp"/>, in 100 ns since the year 1, UTC.</param>
    /// <param name="runtime">The .NET runtime's description.</param>
    /// <param name="schema"><see cref="EventTable.SchemaText"/>.</param>
    // Every keyword, not none: EventSource adds bits of its own to the keywords of an event, and EventPipe then filters one that has
    // no other by those bits, so that a session with explicit keywords would never see it.
    [Event(HelloId, Level = EventLevel.Informational, Version = 0,
        Keywords = Keywords.Transitions | Keywords.Batches | Keywords.Status | Keywords.Heartbeat | Keywords.Flush)]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Primitive arguments only.")]
    public void Hello(int formatVersion, int processId, long timestamp, long frequency, int generation, long utcTicks, string runtime, string schema) =>
        WriteEvent(HelloId, formatVersion, processId, timestamp, frequency, generation, utcTicks, runtime, schema);

    /// <summary>A batch of packed records. Written by <see cref="IBatchSink.Emit"/>; this method stands for the manifest.</summary>
    [Event(BatchId, Level = EventLevel.Informational, Keywords = Keywords.Batches, Version = 0)]
    public void Batch(int scheduler, int stream, int generation, int sequence, long baseTime, byte[] records)
    {
        ArgumentNullException.ThrowIfNull(records);
        ((IBatchSink)this).Emit(new BatchHeader(scheduler, stream, generation, sequence, baseTime), records);
    }

    [NonEvent]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Blittable arguments only.")]
    unsafe void IBatchSink.Emit(in BatchHeader header, ReadOnlySpan<byte> records)
    {
        Volatile.Read(ref s_recorder)?.Emit(header, records);
        if (!IsEnabled(EventLevel.Informational, Keywords.Batches))
            return;
        int scheduler = header.Scheduler, stream = header.Stream, generation = header.Generation, sequence = header.Sequence;
        long baseTime = header.BaseTime;
        int length = records.Length;
        fixed (byte* bytes = records)
        {
            EventData* data = stackalloc EventData[7];
            data[0] = new() { DataPointer = (nint)(&scheduler), Size = sizeof(int) };
            data[1] = new() { DataPointer = (nint)(&stream), Size = sizeof(int) };
            data[2] = new() { DataPointer = (nint)(&generation), Size = sizeof(int) };
            data[3] = new() { DataPointer = (nint)(&sequence), Size = sizeof(int) };
            data[4] = new() { DataPointer = (nint)(&baseTime), Size = sizeof(long) };
            data[5] = new() { DataPointer = (nint)(&length), Size = sizeof(int) };
            data[6] = new() { DataPointer = (nint)bytes, Size = length };
            WriteEventCore(BatchId, 7, data);
        }
    }
}
