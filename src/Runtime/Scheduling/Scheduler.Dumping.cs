namespace Gmp;

// Dumps of all goroutines, for people. What they say and how it is read is in Dumps/.
public sealed partial class Scheduler
{
    private static readonly List<Scheduler> s_running = [];   // under a lock on itself

    private IDisposable? _quitSignal;

    /// <summary>How many schedulers run in this process.</summary>
    internal static int RunningCount
    {
        get
        {
            lock (s_running)
                return s_running.Count;
        }
    }

    /// <summary>Goroutines that are alive in all schedulers; a moment's truth.</summary>
    internal static long AliveInAll
    {
        get
        {
            lock (s_running)
                return s_running.Sum(s => s.Alive);
        }
    }

    /// <summary>Whether every scheduler has told all of its goroutines in this generation or a later one.</summary>
    internal static bool AllHaveTold(int generation)
    {
        lock (s_running)
            return s_running.TrueForAll(s => s.Tracer.ToldGeneration >= generation);
    }

    /// <summary>Where the main goroutine comes from.</summary>
    internal Origin MainOrigin { get; private set; } = Origin.None;

    internal long MainId { get; private set; }

    /// <summary>
    /// Every goroutine of every scheduler in this process as text, in the manner of Go: id, name and state, the methods that await each other with
    /// <c>file:line</c>, and who created it. Goroutines run on meanwhile: each is told as it was at one moment. Any thread.
    /// </summary>
    /// <param name="form">One by one or grouped.</param>
    public static string DumpGoroutines(GoroutineDumpForm form = GoroutineDumpForm.Auto)
    {
        using var text = new StringWriter();
        DumpGoroutines(text, form);
        return text.ToString();
    }

    /// <summary>Writes what <see cref="DumpGoroutines(GoroutineDumpForm)"/> gives.</summary>
    /// <param name="writer">Gets the text.</param>
    /// <param name="form">One by one or grouped.</param>
    public static void DumpGoroutines(TextWriter writer, GoroutineDumpForm form = GoroutineDumpForm.Auto)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Scheduler[] running;
        lock (s_running)
            running = [.. s_running];
        if (running.Length == 0)
            writer.Write("no scheduler runs in this process\n");
        for (int i = 0; i < running.Length; i++)
        {
            if (i != 0)
                writer.Write('\n');
            running[i].Dump(writer, form);
        }
    }

    /// <summary>This scheduler's goroutines alone: <c>Scheduler.Current.Dump()</c>. See <see cref="DumpGoroutines(GoroutineDumpForm)"/>.</summary>
    /// <param name="form">One by one or grouped.</param>
    public string Dump(GoroutineDumpForm form = GoroutineDumpForm.Auto)
    {
        using var text = new StringWriter();
        Dump(text, form);
        return text.ToString();
    }

    /// <summary>Writes what <see cref="Dump(GoroutineDumpForm)"/> gives.</summary>
    /// <param name="writer">Gets the text.</param>
    /// <param name="form">One by one or grouped.</param>
    public void Dump(TextWriter writer, GoroutineDumpForm form = GoroutineDumpForm.Auto)
    {
        ArgumentNullException.ThrowIfNull(writer);
        GoroutineDump.Write(this, writer, form);
    }

    private void BeginsToRun()
    {
        if (Options.DumpOnQuit)
            _quitSignal = QuitSignal.Listen(this);
        lock (s_running)
            s_running.Add(this);
    }

    private void HasEnded()
    {
        _quitSignal?.Dispose();
        lock (s_running)
            s_running.Remove(this);
    }
}
