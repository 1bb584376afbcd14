using System.Diagnostics;

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
        Assert.Contains("\"locked\" [chan receive]:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timers_that_were_stopped_keep_no_deadlock_from_being_seen()
    {
        var (code, _, error) = await RunAsync("stopped");
        Assert.Equal(2, code);
        Assert.StartsWith("fatal error: all goroutines are asleep - deadlock!", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timers_Tasks_and_blocking_calls_that_are_pending_are_no_deadlock()
    {
        var (code, output, error) = await RunAsync("pending");
        Assert.Equal("all woke", output.Trim());
        Assert.Empty(error);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task An_exception_that_nobody_catches_ends_the_process_with_the_goroutine_its_name_and_its_site()
    {
        var (code, _, error) = await RunAsync("panic");
        Assert.Equal(2, code);
        Assert.StartsWith("panic: System.IO.InvalidDataException: boom", error, StringComparison.Ordinal);
        Assert.Contains("\"bomb\" [running]:", error, StringComparison.Ordinal);
        Assert.Contains("by goroutine 1", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_threads_than_allowed_end_the_process_with_a_sentence()
    {
        var (code, _, error) = await RunAsync("threads");
        Assert.Equal(2, code);
        Assert.Contains("more than 8 threads", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string ending)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Faults.dll"));
        start.ArgumentList.Add(ending);
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(50));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
