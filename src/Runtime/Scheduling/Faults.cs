using System.Globalization;
using System.Text;
using Gmp.Tracing;

namespace Gmp;

/// <summary>What ends the process, with Go's words and Go's exit code 2. Everything recorded is flushed first.</summary>
internal static class Faults
{
    private const int ExitCode = 2;
    private const int MostGoroutinesInDump = 100;

    internal static void Deadlock(Scheduler scheduler)
    {
        var text = new StringBuilder("fatal error: all goroutines are asleep - deadlock!\n"
            + "(If threads outside the scheduler are to wake them, set SchedulerOptions.DetectDeadlock to false.)\n");
        Dump(scheduler, text);
        End(scheduler, text.ToString());
    }

    internal static void ThreadExhaustion(Scheduler scheduler) =>
        End(scheduler, $"fatal error: thread exhaustion: this program needs more than {scheduler.Options.MaxThreads} threads\n");

    internal static void Panic(Scheduler scheduler, G g, Exception exception)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"panic: {exception.GetType()}: {exception.Message}\n\n");
        Describe(g, "running", text);
        text.Append(exception.StackTrace).Append('\n');
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
            text.Append(CultureInfo.InvariantCulture, $"caused by {inner.GetType()}: {inner.Message}\n{inner.StackTrace}\n");
        End(scheduler, text.ToString());
    }

    private static void Dump(Scheduler scheduler, StringBuilder text)
    {
        int shown = 0, all = 0;
        foreach (var g in scheduler.AllGs.Snapshot())
        {
            if (g.Status is GoStatus.Dead or GoStatus.Idle || ++all > MostGoroutinesInDump)
                continue;
            shown++;
            text.Append('\n');
            Describe(g, g.Status == GoStatus.Waiting ? g.WaitReason.Text() : StateText(g.Status), text);
            if (g.Leaf is { } leaf)
                text.Append(CultureInfo.InvariantCulture, $"    in {MethodOf(leaf)}\n");
        }
        if (all > shown)
            text.Append(CultureInfo.InvariantCulture, $"\n... and {all - shown} more\n");
    }

    private static void Describe(G g, string state, StringBuilder text)
    {
        string name = g.Name is null ? "" : $" \"{g.Name}\"";
        text.Append(CultureInfo.InvariantCulture, $"goroutine {g.Id}{name} [{state}]:\n    created at {g.Site} in {g.Site.Member}");
        if (g.ParentId != 0)
            text.Append(CultureInfo.InvariantCulture, $", by goroutine {g.ParentId}");
        text.Append('\n');
    }

    private static string StateText(GoStatus status) => status switch
    {
        GoStatus.Runnable => "runnable",
        GoStatus.Running => "running",
        GoStatus.Syscall => "syscall",
        _ => status.ToString(),
    };

    // The compiler names a state machine <Method>d__N and nests it in the method's type.
    private static string MethodOf(GoFrame frame)
    {
        var type = frame.StateMachineType;
        string name = type.Name;
        int end = name.IndexOf('>', StringComparison.Ordinal);
        string method = name.StartsWith('<') && end > 1 ? name[1..end] : name;
        return type.DeclaringType is { } owner ? $"{owner.FullName}.{method}" : method;
    }

    private static void End(Scheduler scheduler, string text)
    {
        scheduler.Tracer.Flush();
        Console.Error.Write(text);
        Console.Error.Flush();
        Environment.Exit(ExitCode);
    }
}
