using System.Diagnostics;
using System.Net.Sockets;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tool.Demo;
using Gmp.Tracing;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Tests.Recording;

/// <summary>Faults in earnest: processes that are killed, disks that are full, files that cannot be written, targets that do not answer.</summary>
public class FaultTests
{
    private const string Nobody = "65534";

    [Fact]
    public void A_target_that_is_killed_at_a_random_moment_costs_no_whole_event()
    {
        var random = new Random();
        for (int i = 0; i < 6; i++)
        {
            using var target = Tracee.Start("Obedient");
            using var folder = new TempFolder();
            string path = folder.File("x.nettrace");
            using var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", path, "--providers", "Gmp-Tests-Spam");
            Wait.Until(() => Size(path) > 2000, "the recording to begin");
            // Far more than the connection holds, so that the target dies in the middle of a write.
            target.Process.StandardInput.WriteLine("spam 3000000");
            target.Process.StandardInput.Flush();
            long moment = random.Next(20_000, 4_000_000);
            Wait.Until(() => Size(path) > moment || target.Process.HasExited, "the file to grow");
            target.Process.Kill();
            Assert.Equal(0, tool.WaitForExit());
            Assert.Contains("Target exited", tool.Process.StandardError.ReadToEnd(), StringComparison.Ordinal);
            // Two readers see the same, to the last event, and its numbers are without a gap.
            var info = TraceFile.Load(path).Info;
            Assert.True(info.IsRepaired && !info.IsTruncated, $"killed at {moment}");
            int spam = 0, batches = 0;
            using var source = new EventPipeEventSource(path);
            source.Dynamic.All += e =>
            {
                if (e.ProviderName == "Gmp-Tests-Spam" && (int)e.ID == 1)
                    Assert.Equal(spam++, (int)e.PayloadByName("number"));
                else if (e.ProviderName == GmpEventSource.ProviderName && (int)e.ID == GmpEventSource.BatchId)
                    batches++;
            };
            source.Process();
            Assert.Equal((spam, batches), (info.OtherProviders["Gmp-Tests-Spam"], info.Batches));
        }
    }

    [Fact]
    public void A_tool_that_is_killed_leaves_what_it_wrote_and_the_next_one_clears_its_temporary_files()
    {
        SkipOnWindows();
        using var target = Tracee.Start("Obedient");
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        using (var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", path))
        {
            Wait.Until(() => Size(path) > 2000, "the recording to begin");
            target.Do("burst 100");
            Wait.Until(() => TraceFile.Load(path).Model.Goroutines.Count(g => g.Name == "burst") == 100, "the goroutines in the file");
            tool.Process.Kill();
            tool.WaitForExit();
        }
        var trace = TraceFile.Load(path);
        Assert.Equal((true, 100), (trace.Info.IsTruncated, trace.Model.Goroutines.Count(g => g.Name == "burst")));
        Assert.Contains("truncated: the end mark is missing, what is whole was read", ToolRun.Of("info", path).Out, StringComparison.Ordinal);

        // A report's recording is temporary; it is in a folder that tells whose it is.
        string left;
        var start = new ProcessStartInfo(DotnetHost.Find(), [Repository.Tool, "report", "-p", target.IdText, "--duration", "30s"]) { RedirectStandardError = true };
        start.Environment["TMPDIR"] = folder.Path;
        using (var tool = Tracee.Start(start))
        {
            Wait.Until(() => Directory.GetDirectories(folder.Path, $"gmp-trace-{tool.IdText}-*").Length == 1, "the temporary folder");
            left = Directory.GetDirectories(folder.Path)[0];
            tool.Process.Kill();
            tool.WaitForExit();
        }
        start.ArgumentList[^1] = "200ms";
        using (var tool = Tracee.Start(start))
        {
            _ = tool.Process.StandardOutput.ReadToEnd();
            Assert.Equal(0, tool.WaitForExit());
        }
        Assert.False(Directory.Exists(left));
        Assert.Empty(Directory.GetDirectories(folder.Path));
        Assert.False(target.Process.HasExited);
    }

    [Theory]
    [InlineData("limit")]
    [InlineData("tmpfs")]
    public void A_full_disk_ends_the_recording_with_a_sentence_and_keeps_what_was_written(string kind)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Uses Linux's ways to make room short.");
        using var target = Tracee.Start("Obedient");
        using var folder = new TempFolder();
        string disk = folder.File("disk"), path = Path.Combine(disk, "x.nettrace");
        Directory.CreateDirectory(disk);
        bool mounted = kind == "tmpfs" && Run("mount", "-t", "tmpfs", "-o", "size=200k", "none", disk) == 0;
        if (kind == "tmpfs" && !mounted)
            Assert.Skip("No right to mount.");
        try
        {
            // In blocks of 512 bytes or 1 KB, as the shell has it.
            string limit = mounted ? "" : "ulimit -f 200; ";
            using var tool = Tracee.Start(new ProcessStartInfo("sh",
                ["-c", limit + "exec \"$0\" \"$@\"", DotnetHost.Find(), Repository.Tool, "collect", "-p", target.IdText, "-o", path, "--providers", "Gmp-Tests-Spam"])
            {
                RedirectStandardError = true,
                // The runtime maps its code twice, through a file that counts against the limit.
                Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
            });
            Wait.Until(() => Size(path) > 2000, "the recording to begin");
            target.Do("burst 10");
            Wait.Until(() => TraceFile.Load(path).Model.Goroutines.Count(g => g.Name == "burst") == 10, "the goroutines in the file");
            target.Do("spam 100000");
            Assert.Equal(2, tool.WaitForExit());
            string said = tool.Process.StandardError.ReadToEnd();
            string error = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
            Assert.StartsWith($"[ERROR] Writing {path} failed after ", error, StringComparison.Ordinal);
            Assert.Contains("what was written is kept", error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
            var trace = TraceFile.Load(path);
            Assert.Equal(10, trace.Model.Goroutines.Count(g => g.Name == "burst"));
            Assert.InRange(trace.Info.OtherProviders["Gmp-Tests-Spam"], 100, 99_999);
            Assert.Contains("early", ToolRun.Of("info", path).Out, StringComparison.Ordinal);
            AssertCanBeRecorded(target, folder);
        }
        finally
        {
            if (mounted)
                Run("umount", disk);
        }
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_one_sentence_and_the_target_does_not_notice()
    {
        using var target = Tracee.Start("Obedient");
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("kept"), "a recording");
        Assert.Contains("Cannot create", Collect(folder.File("no/such/x.nettrace")).AssertFails(2), StringComparison.Ordinal);
        Assert.Contains("choose another --output", Collect(folder.Path).AssertFails(2), StringComparison.Ordinal);
        Assert.Contains("--force to replace it", Collect(folder.File("kept")).AssertFails(3), StringComparison.Ordinal);
        Assert.Equal("a recording", File.ReadAllText(folder.File("kept")));
        if (File.Exists("/proc/version"))
            Assert.Contains("Cannot create", Collect("/proc/x.nettrace").AssertFails(2), StringComparison.Ordinal);
        AssertCanBeRecorded(target, folder);

        ToolRun Collect(string path) => ToolRun.Of("collect", "-p", target.IdText, "-o", path, "--duration", "1s");
    }

    [Fact]
    public void A_folder_without_the_right_to_write_is_one_sentence()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !File.Exists("/usr/bin/setpriv"))
            Assert.Skip("Needs Linux, root and setpriv, to run as somebody who may not write everywhere.");
        using var target = AsNobody(Repository.Tracee("Obedient"));
        Assert.Equal($"pid {target.IdText}", target.Process.StandardOutput.ReadLine());
        using var tool = AsNobody(Repository.Tool, "collect", "-p", target.IdText, "-o", "/usr/x.nettrace");
        Assert.Equal(2, tool.WaitForExit());
        Assert.Contains("[ERROR] Cannot create /usr/x.nettrace: ", tool.Process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        Assert.False(target.Process.HasExited);
    }

    [Fact]
    public void A_target_that_is_stopped_is_told_at_once()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Only Linux tells that a process is stopped.");
        using var target = Tracee.Start("Obedient");
        using var folder = new TempFolder();
        target.Signal("STOP");
        var clock = Stopwatch.StartNew();
        string sentence = ToolRun.Of("collect", "-p", target.IdText, "-o", folder.File("x.nettrace")).AssertFails(1);
        Assert.Contains($"Process {target.IdText} (Obedient) is stopped (SIGSTOP, or a debugger holds it)", sentence, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), "it waited for the target");
        target.Signal("CONT");
        AssertCanBeRecorded(target, folder);
    }

    [Fact]
    public void A_port_that_takes_the_question_and_never_answers_is_given_up()
    {
        SkipOnWindows();
        using var folder = new TempFolder();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(folder.File("port")));
        listener.Listen();
        Assert.Contains("did not answer for 10 s", ToolRun.Of("collect", "--diagnostic-port", folder.File("port") + ",connect").AssertFails(1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_exits_while_the_session_starts_is_a_file_or_one_sentence()
    {
        using var folder = new TempFolder();
        for (int i = 0; i < 8; i++)
        {
            using var target = Tracee.Start("Obedient");
            string path = folder.File($"{i}.nettrace");
            ToolRun? run = null;
            var thread = new Thread(() => run = ToolRun.Of("collect", "-p", target.IdText, "-o", path, "--duration", "5s"));
            thread.Start();
            Thread.Sleep(i * 8);
            target.Process.Kill();
            Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "the tool goes on");
            if (run!.ExitCode == 0)
                Assert.False(TraceFile.Load(path).Info.IsTruncated);
            else
            {
                _ = run.AssertFails(1);
                Assert.False(File.Exists(path));
            }
        }
    }

    private static void AssertCanBeRecorded(Tracee target, TempFolder folder)
    {
        string path = folder.File(Guid.NewGuid().ToString());
        var run = ToolRun.Of("collect", "-p", target.IdText, "-o", path, "--duration", "100ms");
        Assert.True(run.ExitCode == 0, run.Error);
        target.Do("burst 1");
    }

    private static Tracee AsNobody(params string[] command) => Tracee.Start(new ProcessStartInfo("/usr/bin/setpriv",
        ["--reuid=" + Nobody, "--regid=" + Nobody, "--clear-groups", DotnetHost.Find(), .. command])
    {
        RedirectStandardError = true,
        WorkingDirectory = "/",
    });

    private static int Run(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static long Size(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private static void SkipOnWindows()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Unix's signals and sockets.");
    }
}
