using System.Diagnostics;
using System.Globalization;
using Gmp.Tests.Harness;
using Gmp.Tool.Demo;

namespace Gmp.Tests.Recording;

/// <summary>What a tool that is killed leaves behind.</summary>
public class KilledToolTests
{
    [Fact]
    public void A_program_that_still_waits_for_the_tool_ends_with_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the program is found in /proc");
        using var folder = new TempFolder();
        string[] program = [DotnetHost.Find(), Repository.Tracee("Obedient"), folder.Path];
        using var tool = Tracee.StartTool(["collect", "-o", folder.File("x.nettrace"), "--", .. program]);
        int child = 0;
        Wait.Until(() => (child = Find(program)) != 0, "the program to start");
        // Its runtime has not come up: whatever the tool does, the program still waits for it when it is killed.
        Send("STOP", child);
        tool.Process.Kill();
        tool.WaitForExit();
        try
        {
            Send("CONT", child);
            Wait.Until(() => Find(program) == 0, "the program to end");
        }
        finally
        {
            Send("KILL", child);
        }
    }

    [Fact]
    public void A_program_that_runs_goes_on_without_the_tool()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the program is found in /proc");
        using var folder = new TempFolder();
        string[] program = [DotnetHost.Find(), Repository.Tracee("Obedient"), "burst 1", folder.Path];
        using var tool = Tracee.StartTool(["collect", "--show-child-io", "-o", folder.File("x.nettrace"), "--", .. program]);
        Assert.StartsWith("pid ", tool.Process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        Assert.Equal("burst 1", tool.Process.StandardOutput.ReadLine());
        Assert.Equal(folder.Path, tool.Process.StandardOutput.ReadLine());
        Assert.NotEqual(0, Find(program));
        tool.Process.Kill();
        tool.WaitForExit();
        // Over the tool's streams, which the program has from it.
        for (int i = 0; i < 100; i++)
            tool.Do("burst 10");
        tool.Process.StandardInput.Close();
        Wait.Until(() => Find(program) == 0, "the program to end with its input");
    }

    // Sent by the shell's own kill, to a process that may be gone.
    private static void Send(string signal, int process)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static int Find(string[] command)
    {
        string wanted = string.Join('\0', command) + '\0';
        foreach (string entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out int id))
                continue;
            try
            {
                if (File.ReadAllText(Path.Combine(entry, "cmdline")) == wanted)
                    return id;
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        return 0;
    }
}
