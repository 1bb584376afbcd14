using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gmp.Tests.Harness;
using Gmp.Tool.Demo;

namespace Gmp.Tests;

/// <summary>
/// The whole path on a real pseudo-terminal: the sample spins, the tool is attached to it and shown, and a person presses q. The terminal is
/// that of <c>script</c>, which Linux systems bring along.
/// </summary>
public sealed partial class TuiTerminalTests : IDisposable
{
    private const string EnterAlternateScreen = "\e[?1049h", LeaveAlternateScreen = "\e[?1049l", ShowCursor = "\e[?25h", MouseOff = "\e[?1003l";
    private const int Columns = 120;
    private const int Rows = 35;

    private readonly TempFolder _folder = new();
    private readonly StringBuilder _output = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("q")]
    [InlineData("\u0003")]
    public void Attached_to_the_hog_its_lane_is_filled_by_it_and_leaving_gives_the_terminal_back_whole(string key)
    {
        if (!File.Exists("/usr/bin/script"))
            Assert.Skip("This system has no script(1) to make a pseudo-terminal with.");
        using var hog = Tracee.StartTool("demo", "hog", "--serve");
        string pid = hog.Process.StandardOutput.ReadLine()![4..];
        using var terminal = Attach(pid);
        // An M's lane appears when the hog has lost its P; it is the hog's alone, so wherever it is drawn it is drawn in one stroke.
        Wait.Until(() => HogLane().IsMatch(Screen()), () => "a lane without a P, filled by the hog; the screen shows\n" + Screen());
        terminal.Process.StandardInput.Write(key);
        terminal.Process.StandardInput.Flush();
        Assert.Equal(0, terminal.WaitForExit());

        string all = Output();
        Assert.Equal(1, Regex.Count(all, Regex.Escape(EnterAlternateScreen)));
        string tail = all[all.LastIndexOf(LeaveAlternateScreen, StringComparison.Ordinal)..];
        Assert.DoesNotContain(EnterAlternateScreen, tail, StringComparison.Ordinal);
        Assert.True(all.LastIndexOf(ShowCursor, StringComparison.Ordinal) > all.LastIndexOf("\e[?25l", StringComparison.Ordinal), "the cursor is left hidden");
        Assert.True(all.LastIndexOf(MouseOff, StringComparison.Ordinal) > all.LastIndexOf("\e[?1003h", StringComparison.Ordinal), "the mouse is left on");
        // What the tool prints after the screen is the finding, and the file is whole.
        Assert.Contains("GMP201", tail, StringComparison.Ordinal);
        var info = ToolRun.Of("info", _folder.File("x.nettrace"));
        Assert.True(info.ExitCode == 0, info.Error);
        Assert.Contains("complete", info.Out, StringComparison.Ordinal);
    }

    private Tracee Attach(string pid)
    {
        string tool = string.Create(CultureInfo.InvariantCulture,
            $"stty rows {Rows} cols {Columns}; exec '{DotnetHost.Find()}' '{Repository.Tool}' attach {pid} --ascii --no-color -o '{_folder.File("x.nettrace")}'");
        var start = new ProcessStartInfo("/usr/bin/script", ["-qefc", tool, "/dev/null"]);
        start.Environment["TERM"] = "xterm-256color";
        // The headless tests set it for this process; a child would inherit a screen without a terminal.
        start.Environment.Remove("DisableRealDriverIO");
        var terminal = Tracee.Start(start);
        _ = Task.Run(() =>
        {
            var buffer = new char[4096];
            int read;
            while ((read = terminal.Process.StandardOutput.Read(buffer)) > 0)
            {
                lock (_output)
                    _output.Append(buffer, 0, read);
            }
        });
        return terminal;
    }

    private string Output()
    {
        lock (_output)
            return _output.ToString();
    }

    /// <summary>What a terminal would show: text at the cursor, and cursor positions; colours and modes do not matter here.</summary>
    private string Screen()
    {
        var cells = new char[Rows][];
        for (int i = 0; i < Rows; i++)
            cells[i] = new string(' ', Columns).ToCharArray();
        int row = 0, column = 0;
        foreach (Match part in Part().Matches(Output()))
        {
            if (part.Groups["row"].Success)
            {
                row = int.Parse(part.Groups["row"].Value, CultureInfo.InvariantCulture) - 1;
                column = int.Parse(part.Groups["column"].Value, CultureInfo.InvariantCulture) - 1;
            }
            else if (part.Groups["text"].Success && row < Rows && column < Columns)
            {
                cells[row][column++] = part.Value[0];
            }
        }
        return string.Join('\n', cells.Select(line => new string(line)));
    }

    [GeneratedRegex(@"\e\[(?<row>\d+);(?<column>\d+)H|\e\[[0-9;?]*[a-zA-Z]|\e.|(?<text>[^\e\x00-\x1f])")]
    private static partial Regex Part();

    [GeneratedRegex(@"M\d+ \(no P\).*G\d+ hog(#{5,}|={5,})")]
    private static partial Regex HogLane();
}
