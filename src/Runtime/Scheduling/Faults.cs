using System.Collections.ObjectModel;
using Gmp.Tracing;

namespace Gmp;

/// <summary>What ends the process, with Go's words and Go's exit code 2. Everything recorded is flushed first.</summary>
internal static class Faults
{
    private const int ExitCode = 2;

    /// <summary>Exceptions inside exceptions: so many levels are told.</summary>
    private const int MostCauses = 10;

    // The runtime passes what is recorded on every 100 ms, and not at all when it is torn down.
    private static readonly TimeSpan s_passingOn = TimeSpan.FromMilliseconds(250);

    private static int s_endingThread;
    private static int s_watches;

    /// <summary>An exception on a thread that is no M ends the process too, and is the program's own: what is recorded is passed on first.</summary>
    internal static void WatchOtherThreads()
    {
        if (Interlocked.Exchange(ref s_watches, 1) == 0)
            AppDomain.CurrentDomain.UnhandledException += static (_, e) => PassOn(e.IsTerminating);
    }

    private static void PassOn(bool terminating)
    {
        if (!terminating || !SchedulerTracer.IsTracing)
            return;
        TellFlightRecorder();
        GmpEventSource.FlushAll();
        System.Threading.Thread.Sleep(s_passingOn);
    }

    internal static void Deadlock(Scheduler scheduler) => End(scheduler, text =>
    {
        text.Write("fatal error: all goroutines are asleep - deadlock!\n"
            + "(If threads outside the scheduler are to wake them, set SchedulerOptions.DetectDeadlock to false.)\n\n");
        scheduler.Dump(text);
    });

    /// <summary>Under the scheduler's lock, which it leaves for good: another thread that ends the process may need it.</summary>
    internal static void ThreadExhaustion(Scheduler scheduler)
    {
        scheduler.Lock.Exit();
        End(scheduler, text =>
        {
            text.Write($"fatal error: thread exhaustion: this program needs more than {scheduler.Options.MaxThreads} threads\n\n");
            scheduler.Dump(text);
        });
    }

    /// <summary>SIGQUIT, as Go answers it.</summary>
    internal static void Quit(Scheduler scheduler) => End(scheduler, text =>
    {
        text.Write("SIGQUIT: quit\n\n");
        Scheduler.DumpGoroutines(text);
    });

    /// <param name="scheduler">Whose goroutine it is.</param>
    /// <param name="g">The goroutine; the caller runs on it.</param>
    /// <param name="exception">What it threw.</param>
    /// <param name="ofHandler">What the handler of unhandled exceptions threw when it was told.</param>
    internal static void Panic(Scheduler scheduler, G g, Exception exception, Exception? ofHandler = null) => End(scheduler, text =>
    {
        text.Write($"panic: {Sentence(exception)}\n");
        if (ofHandler is not null)
            text.Write($"\tpanic: {Sentence(ofHandler)}, thrown by SchedulerOptions.UnhandledException\n");
        string name = g.Name is null ? "" : $" \"{DumpText.Name(g.Name)}\"";
        text.Write($"\ngoroutine {g.Id}{name} [running]:\n");
        WriteStack(text, exception);
        foreach (string line in CreationChain.Lines(scheduler, g.Origin, g.ParentId, id => Census.Find(scheduler, id)))
            text.Write($"{GoroutineDump.Indent}{line}\n");
        WriteCauses(text, exception, MostCauses);
        if (ofHandler is null)
            return;
        text.Write($"\nthrown by SchedulerOptions.UnhandledException: {Sentence(ofHandler)}\n");
        WriteStack(text, ofHandler);
        WriteCauses(text, ofHandler, MostCauses);
    });

    private static string Sentence(Exception exception) => DumpText.Message($"{exception.GetType()}: {exception.Message}");

    private static void WriteStack(TextWriter text, Exception exception)
    {
        foreach (string line in CallStack.Of(exception))
            text.Write($"{GoroutineDump.Indent}{line}\n");
    }

    private static void WriteCauses(TextWriter text, Exception exception, int levels)
    {
        // An AggregateException has its first one as InnerException too.
        ReadOnlyCollection<Exception> causes = exception is AggregateException all ? all.InnerExceptions
            : exception.InnerException is { } inner ? new([inner]) : new([]);
        if (causes.Count != 0 && levels == 0)
        {
            text.Write("\n... and more causes\n");
            return;
        }
        for (int i = 0; i < causes.Count; i++)
        {
            string which = causes.Count == 1 ? "" : $" ({i + 1} of {causes.Count})";
            text.Write($"\ncaused by{which}: {Sentence(causes[i])}\n");
            WriteStack(text, causes[i]);
            WriteCauses(text, causes[i], levels - 1);
        }
    }

    private static void TellFlightRecorder()
    {
        if (FlightRecorder.WriteAtFault() is not { } told)
            return;
        Console.Error.Write($"\n{told}\n");
        Console.Error.Flush();
    }

    // The first one ends the process; another thread with a fault meanwhile must neither mix its words with these nor go on.
    private static void End(Scheduler scheduler, Action<TextWriter> write)
    {
        int self = Environment.CurrentManagedThreadId;
        int ending = Interlocked.CompareExchange(ref s_endingThread, self, 0);
        if (ending != 0 && ending != self)
            System.Threading.Thread.Sleep(System.Threading.Timeout.Infinite);
        // Of every scheduler: the process ends with all of them.
        GmpEventSource.FlushAll();
        var text = new StringWriter();
        try
        {
            write(text);
        }
        catch (Exception e)
        {
            // An exception whose Message throws, say: what there is must still be told.
            text.Write($"\n(this text ends here because of {e.GetType()})\n");
        }
        Console.Error.Write(text.ToString());
        Console.Error.Flush();
        // After the words, which must not wait for a disk.
        TellFlightRecorder();
        Environment.Exit(ExitCode);
    }
}
