using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// Keeps the last stretch of what the schedulers of this process did, in memory and without any tool, so that it can be written to a .nettrace file
/// when something went wrong: <c>dotnet gmp-trace report FILE</c> then answers what it answers of any recording.
/// </summary>
/// <remarks>
/// <para>Costs what a recording with <c>dotnet gmp-trace</c> costs, and the memory. Live sessions go on beside it. One at a time; all members may be
/// used from any thread.</para>
/// <para>A program that wants the seconds before a crash says <c>FlightRecorder.Start().WriteOnPanic("/var/crash/app-{pid}.nettrace")</c> when it starts.</para>
/// <para>Go has runtime/trace.FlightRecorder (1.25), after which Start, WriteTo and Stop are named.</para>
/// </remarks>
public sealed class FlightRecorder : IDisposable
{
    /// <summary>How much it keeps if nobody says otherwise: some seconds of a busy server.</summary>
    public const long DefaultBytes = 16 << 20;

    /// <summary>The least that it can keep.</summary>
    public const long LeastBytes = BatchRing.LeastBytes;

    private const string PidPlace = "{pid}";

    /// <summary>What a snapshot takes of the ring for each goroutine.</summary>
    private const int SnapshotBytes = 32;

    // Of one who asks for a file: it waits so long for what is told of goroutines that have not moved.
    private static readonly TimeSpan s_snapshotLimit = TimeSpan.FromSeconds(1);
    private static readonly long s_renewEvery = Clock.FromNanoseconds(1_000_000_000);
    private static readonly Lock s_starting = new();
    private static FlightRecorder? s_current;

    private readonly BatchRing _ring;
    private long _nextRenewal;
    private string? _panicPath;
    private int _wroteOnPanic;

    private FlightRecorder(long bytes) => _ring = new BatchRing(bytes);

    /// <summary>The one that records; null if none does.</summary>
    public static FlightRecorder? Current => Volatile.Read(ref s_current);

    /// <summary>Whether it records.</summary>
    public bool IsRecording => Current == this;

    /// <summary>How much it keeps, bytes.</summary>
    public long Capacity => _ring.Capacity;

    /// <summary>How much it holds now, bytes.</summary>
    public long Length => _ring.Length;

    /// <summary>Begins to record.</summary>
    /// <param name="bytes">How much to keep, at least <see cref="LeastBytes"/>; committed as it fills. A transition takes about 5.</param>
    /// <exception cref="InvalidOperationException">Another one records.</exception>
    /// <exception cref="ArgumentOutOfRangeException">That is too little.</exception>
    public static FlightRecorder Start(long bytes = DefaultBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, LeastBytes);
        lock (s_starting)
        {
            if (s_current is not null)
                throw new InvalidOperationException("A flight recorder records already: stop it first, or use FlightRecorder.Current.");
            var recorder = new FlightRecorder(bytes);
            GmpEventSource.SetRecorder(recorder._ring);
            Volatile.Write(ref s_current, recorder);
            GmpEventSource.Renew();
            return recorder;
        }
    }

    /// <summary>Ends the recording. What it holds can still be written. May be called again.</summary>
    public void Stop()
    {
        lock (s_starting)
        {
            if (s_current != this)
                return;
            GmpEventSource.FlushAll();
            Volatile.Write(ref s_current, null);
            GmpEventSource.SetRecorder(null);
        }
    }

    /// <summary>Writes what it holds, up to now, as a whole .nettrace file. The recording goes on.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (IsRecording)
        {
            GmpEventSource.FlushAll();
            if (!_ring.HasWholeGeneration)
                TellAll();
        }
        _ring.WriteTo(stream);
    }

    /// <summary>Writes what it holds to a file that only this user may read; one that exists is replaced.</summary>
    /// <param name="path">The file; <c>{pid}</c> in it stands for the process's id.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public void WriteTo(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(Resolve(path), options);
        WriteTo(file);
    }

    /// <summary>
    /// Has a file written when the process ends by a fault: an exception that no goroutine caught or that ended another thread, a deadlock, too many threads,
    /// SIGQUIT with <see cref="SchedulerOptions.DumpOnQuit"/>. The last lines on stderr say where it is. Not by <see cref="Environment.FailFast(string)"/>, a
    /// stack overflow or a signal.
    /// </summary>
    /// <param name="path">The file, as for <see cref="WriteTo(string)"/>; null for none.</param>
    /// <returns>This.</returns>
    public FlightRecorder WriteOnPanic(string? path)
    {
        if (path is { Length: 0 })
            throw new ArgumentException("The path is empty.", nameof(path));
        // Now: at the end the working folder may be another one.
        Volatile.Write(ref _panicPath, path is null ? null : Path.GetFullPath(Resolve(path)));
        Faults.WatchOtherThreads();
        return this;
    }

    /// <summary>The same as <see cref="Stop"/>.</summary>
    public void Dispose() => Stop();

    /// <summary>A fault ends the process: writes the file that was asked for.</summary>
    /// <returns>What to tell; null if nothing was asked for, or somebody else writes it already.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "The process ends for another reason, which must still be told.")]
    internal static string? WriteAtFault()
    {
        if (Current is not { } recorder || Volatile.Read(ref recorder._panicPath) is not { } path || Interlocked.Exchange(ref recorder._wroteOnPanic, 1) != 0)
            return null;
        try
        {
            recorder.WriteTo(path);
            return $"flight recorder: the last moments are in {DumpText.Message(path)}";
        }
        catch (Exception e)
        {
            return $"flight recorder: {DumpText.Message(path)} could not be written: {DumpText.Message(e.Message)}";
        }
    }

    /// <summary>On each sysmon, after it flushed: begins a generation where the ring wants one.</summary>
    internal static void LookAfter(long now)
    {
        if (Current is not { _ring.WantsGeneration: true } recorder)
            return;
        long due = Volatile.Read(ref recorder._nextRenewal);
        // A snapshot that fills a part of the ring itself would drive out what the ring is for; and not more often than every second, or a flood
        // of transitions would have all goroutines told all the time.
        if (now < due || Scheduler.AliveInAll * SnapshotBytes > recorder.Capacity / 8
            || Interlocked.CompareExchange(ref recorder._nextRenewal, now + s_renewEvery, due) != due)
            return;
        GmpEventSource.Renew();
    }

    // The ring lost the beginning of every generation that it has something of: names, sites and states of those that are still there follow at its end.
    private static void TellAll()
    {
        GmpEventSource.Renew();
        int generation = GmpEventSource.Generation;
        long limit = Clock.Now + Clock.FromTimeSpan(s_snapshotLimit);
        while (!Scheduler.AllHaveTold(generation) && Clock.Now < limit)
            System.Threading.Thread.Sleep(1);
        GmpEventSource.FlushAll();
    }

    private static string Resolve(string path) =>
        path.Replace(PidPlace, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
