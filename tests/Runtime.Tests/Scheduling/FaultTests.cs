using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Gmp.Tests;

/// <summary>Endings of a whole process, seen from outside.</summary>
public class FaultTests
{
    [Fact]
    public async Task When_all_goroutines_wait_for_ever_the_process_ends_with_who_waits_for_what()
    {
        var (code, output, error) = await RunAsync("deadlock");
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.StartsWith("fatal error: all goroutines are asleep - deadlock!", error, StringComparison.Ordinal);
        Assert.Contains("goroutine 1 \"main\" [sync.WaitGroup.Wait]:", error, StringComparison.Ordinal);
        Assert.Contains("\"receiver\" [chan receive]:", error, StringComparison.Ordinal);
        Assert.Contains("Faults/Program.cs:", error.Replace('\\', '/'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goroutines_that_wait_locked_to_their_threads_are_no_less_asleep()
    {
        var (code, _, error) = await RunAsync("deadlock-locked");
        Assert.Equal(2, code);
        Assert.StartsWith("fatal error: all goroutines are asleep - deadlock!", error, StringComparison.Ordinal);
        Assert.Contains("\"locked\" [chan receive, locked to thread]:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timers_that_were_stopped_keep_no_deadlock_from_being_seen()
    {
        var (code, _, error) = await RunAsync("stopped");
        Assert.Equal(2, code);
        Assert.StartsWith("fatal error: all goroutines are asleep - deadlock!", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_timers_tickers_sockets_Tasks_tokens_and_blocking_calls_will_wake_is_no_deadlock()
    {
        var (code, output, error) = await RunAsync("pending");
        Assert.Equal("all woke", output.Trim());
        Assert.Empty(error);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task An_exception_that_nobody_catches_ends_the_process_with_the_goroutine_its_stack_its_creators_and_its_causes()
    {
        var (code, _, error) = await RunAsync("panic");
        Assert.Equal(2, code);
        // Neither the message nor the name can begin a line or send the terminal a command.
        Assert.Matches(
            """
            ^panic: System\.IO\.InvalidDataException: boom
            \tgoroutine 99 \[running\]:

            goroutine \d+ "bomb\\u001b\[31m" \[running\]:
                Bomb\.Middle at \./tests/Tracees/Faults/Bomb\.cs:\d+
                Bomb\.Outer at \./tests/Tracees/Faults/Bomb\.cs:\d+
                created by goroutine \d+ \(ended\) at \./tests/Tracees/Faults/Bomb\.cs:\d+ in Start
                which was created by a goroutine at \./tests/Tracees/Faults/Bomb\.cs:\d+ in Start
                which was created by goroutine 1 "main" at \./tests/Tracees/Faults/Program\.cs:\d+ in Main

            caused by: System\.AggregateException: both .*
                Bomb\.Inner at \./tests/Tracees/Faults/Bomb\.cs:\d+
                Bomb\.Middle at \./tests/Tracees/Faults/Bomb\.cs:\d+

            caused by \(1 of 2\): System\.FormatException: first

            caused by \(2 of 2\): System\.TimeoutException: second

            caused by: System\.IO\.IOException: disk
            $
            """, error.ReplaceLineEndings("\n").Replace(".cs:line ", ".cs:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_handler_that_throws_ends_the_process_with_both_exceptions()
    {
        var (code, _, error) = await RunAsync("panic-in-handler");
        Assert.Equal(2, code);
        Assert.StartsWith(
            "panic: System.IO.InvalidDataException: boom\n\tpanic: System.NotSupportedException: no log, thrown by SchedulerOptions.UnhandledException\n\ngoroutine ",
            error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Matches(@"\nthrown by SchedulerOptions\.UnhandledException: System\.NotSupportedException: no log\r?\n {4}\S.*Program\.cs:\d+", error);
    }

    [Fact]
    public async Task Of_goroutines_that_throw_at_the_same_time_one_is_told()
    {
        var (code, _, error) = await RunAsync("panic-twice");
        Assert.Equal(2, code);
        Assert.Equal(0, error.LastIndexOf("panic: ", StringComparison.Ordinal));
        Assert.Single(Regex.Matches(error, "^goroutine ", RegexOptions.Multiline));
    }

    [Fact]
    public async Task A_thousand_goroutines_that_wait_for_the_same_are_told_together()
    {
        var (code, _, error) = await RunAsync("deadlock-many");
        Assert.Equal(2, code);
        Assert.StartsWith("fatal error: all goroutines are asleep - deadlock!", error, StringComparison.Ordinal);
        Assert.Matches(
            """
            \n1000 goroutines \[chan receive\]:
                Waiting\.Inner at \./tests/Tracees/Faults/Waiting\.cs:\d+
                Waiting\.Forever at \./tests/Tracees/Faults/Waiting\.cs:\d+
                created by goroutine 1 "main" at \./tests/Tracees/Faults/Program\.cs:\d+ in Main
                goroutines \d+, \d+, \d+, \.\.\. \d+, named "worker \d+", "worker \d+", "worker \d+" and so on
            """, error.ReplaceLineEndings("\n"));
        Assert.Matches(@"\ngoroutine 1 ""main"" \[chan receive\]:", error);
    }

    [Fact]
    public async Task SIGQUIT_ends_a_program_that_asks_for_it_with_every_goroutine()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("There is no command that sends Ctrl+Break to another process.");
        var (code, _, error) = await RunAsync("quit", whenReady: process =>
        {
            using var kill = Process.Start("kill", ["-QUIT", $"{process.Id}"]);
            kill.WaitForExit();
        });
        Assert.Equal(2, code);
        Assert.StartsWith("SIGQUIT: quit", error, StringComparison.Ordinal);
        Assert.Matches(@"\ngoroutine \d+ ""hog"" \[running.*\]:", error);
        Assert.Matches(@"\ngoroutine \d+ ""waiter"" \[chan receive\]:\r?\n    Waiting\.Inner at ", error);
        Assert.Contains("goroutine 1 \"main\" [foreign await (", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_of_which_every_goroutine_waits_uses_no_CPU_worth_the_name()
    {
        var (code, output, error) = await RunAsync("idle");
        Assert.Empty(error);
        Assert.Equal(0, code);
        // Of two seconds; it is one or two: sysmon looks once a second whether threads that sleep are still too many.
        Assert.InRange(double.Parse(output, System.Globalization.CultureInfo.InvariantCulture), 0, 40);
    }

    [Fact]
    public async Task More_threads_than_allowed_end_the_process_with_a_sentence()
    {
        var (code, _, error) = await RunAsync("threads");
        Assert.Equal(2, code);
        Assert.Contains("more than 8 threads", error, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(string ending, Action<Process>? whenReady = null) =>
        ChildProgram.RunAsync("Faults.dll", [ending], whenReady);
}
