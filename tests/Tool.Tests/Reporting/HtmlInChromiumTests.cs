using System.Globalization;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;

namespace Gmp.Tests.Reporting;

/// <summary>The page in a browser. These tests need a Chromium and skip where there is none.</summary>
public class HtmlInChromiumTests
{
    private const string Hostile = "<img src=x onerror=\"window.pwned=1\"></script><script>window.pwned=2</script>\u202e";

    [Fact]
    public async Task In_Chromium_the_timeline_zooms_and_pans_by_keyboard_mouse_and_buttons()
    {
        using var folder = new TempFolder();
        var trace = CraftedTrace.Load("hog");
        await using var browser = await Open(folder, trace, Analyzer.Run(trace));
        double duration = trace.Model.Duration;
        Assert.Equal((0, duration), await View(browser));

        await browser.Evaluate("document.getElementById('view').focus()");
        await browser.Key("+");
        await Settled(browser, v => Near(v.To - v.From, duration / 2));
        await browser.Key("ArrowRight");
        await Settled(browser, v => Near(v.From, duration * 0.35));
        await browser.Key("-");
        await browser.Key("0");
        await Settled(browser, v => v == (0, duration));

        var (x, y, width) = await Place(browser);
        await browser.Mouse("mouseWheel", x + (width / 2), y + 60, deltaY: -300, modifiers: 2);
        await Settled(browser, v => v.To - v.From < duration * 0.7);
        var before = await View(browser);
        await browser.Mouse("mousePressed", x + 600, y + 60, buttons: 1);
        await browser.Mouse("mouseMoved", x + 500, y + 60, buttons: 1);
        await browser.Mouse("mouseReleased", x + 500, y + 60);
        await Settled(browser, v => v.From > before.From + ((before.To - before.From) * 0.05) && Near(v.To - v.From, before.To - before.From));

        await browser.Evaluate("document.getElementById('fit').click()");
        await Settled(browser, v => v == (0, duration));
        // Beyond the ends there is nothing.
        await browser.Evaluate("document.getElementById('left').click()");
        await Settled(browser, v => v == (0, duration));
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task In_Chromium_a_finding_leads_to_its_window_and_the_pointer_tells_what_is_there()
    {
        using var folder = new TempFolder();
        var trace = CraftedTrace.Load("hog");
        var report = Analyzer.Run(trace);
        await using var browser = await Open(folder, trace, report);
        var window = report.Findings.Single(f => f.Id == "GMP201").Window!;
        await browser.Evaluate("document.querySelector('#GMP201 a.show').click()");
        await Settled(browser, v => v.From <= window.StartNs && v.To >= window.EndNs);
        Assert.Equal("view", (string?)await browser.Evaluate("document.activeElement.id"));

        // M1's row is the one that the hog fills without a P.
        var (x, y, width) = await Place(browser);
        await browser.Mouse("mouseMoved", x + (width / 2), y + 20 + 18 + 33 + 8);
        await browser.Until("document.getElementById('readout').textContent.includes('checksum')");
        string told = (string)(await browser.Evaluate("document.getElementById('readout').textContent"))!;
        Assert.Contains("M1, ", told, StringComparison.Ordinal);
        Assert.Contains("runs without a P, 990 ms", told, StringComparison.Ordinal);
        // The keys go from one rare event to the next: before the middle, the last is the handoff.
        await browser.Key("0");
        await browser.Key("Escape");
        await browser.Key("p");
        await Settled(browser, v => v.From <= 12_300_000 && v.To >= 12_300_000 && v.To < trace.Model.Duration / 4.0);
        Assert.Empty(browser.Complaints);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task In_Chromium_hostile_names_run_nothing_and_load_nothing(bool isDark)
    {
        using var folder = new TempFolder();
        var trace = CraftedTrace.Load(CraftedTrace.Lines("hog").Select(l => l.Replace("checksum", Hostile.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal)));
        await using var browser = await Open(folder, trace, CraftedReport.Whole(Hostile), isDark);
        Assert.Equal(0, (int)(await browser.Evaluate("document.querySelectorAll('img,iframe,object,embed,link,form,base').length"))!);
        Assert.Equal("undefined", (string?)await browser.Evaluate("typeof window.pwned"));
        Assert.Equal(2, (int)(await browser.Evaluate("document.scripts.length"))!);
        Assert.Single(browser.Requests, r => !r.StartsWith("about:", StringComparison.Ordinal));
        // What nobody wrote into the page the policy does not let run either.
        await browser.Evaluate("{ const s = document.createElement('script'); s.textContent = 'window.pwned = 3'; document.body.append(s); const d = document.createElement('div'); d.innerHTML = '<img src=\"data:,x\" onerror=\"window.pwned=4\">'; document.body.append(d); }");
        await browser.Evaluate("new Promise(done => setTimeout(done, 100))");
        Assert.Equal("undefined", (string?)await browser.Evaluate("typeof window.pwned"));
    }

    [Fact]
    public async Task In_Chromium_without_script_the_whole_timeline_is_drawn_and_everything_can_be_read()
    {
        using var folder = new TempFolder();
        var trace = CraftedTrace.Load("hog");
        await using var browser = await Open(folder, trace, Analyzer.Run(trace), withScript: false);
        Assert.True(await Height(browser, "svg.whole") > 50);
        Assert.True(await Height(browser, "#GMP201") > 100);
        Assert.Equal(0, await Height(browser, "#view"));
    }

    private static async Task<Chromium> Open(TempFolder folder, LoadedTrace trace, Report report, bool isDark = false, bool withScript = true)
    {
        string file = folder.File("report.html");
        await File.WriteAllTextAsync(file, HtmlReportTests.Write(trace, report));
        var browser = await Chromium.Start();
        await browser.Open(file, withScript, isDark);
        return browser;
    }

    private static async Task<(double From, double To)> View(Chromium browser)
    {
        var view = await browser.Evaluate("[Number(document.getElementById('view').dataset.from), Number(document.getElementById('view').dataset.to)]");
        return ((double)view![0]!, (double)view[1]!);
    }

    // Drawn with the next frame.
    private static async Task Settled(Chromium browser, Func<(double From, double To), bool> isSo)
    {
        for (int i = 0; i < 500 && !isSo(await View(browser)); i++)
            await browser.Evaluate("new Promise(done => requestAnimationFrame(done))");
        var view = await View(browser);
        Assert.True(isSo(view), string.Create(CultureInfo.InvariantCulture, $"{view.From} to {view.To}"));
    }

    private static async Task<(double X, double Y, double Width)> Place(Chromium browser)
    {
        var place = await browser.Evaluate("(() => { const c = document.getElementById('view'); c.scrollIntoView(); const r = c.getBoundingClientRect(); return [r.x, r.y, r.width]; })()");
        return ((double)place![0]!, (double)place[1]!, (double)place[2]!);
    }

    private static async Task<double> Height(Chromium browser, string selector)
    {
        var document = await browser.Send("DOM.getDocument");
        var node = await browser.Send("DOM.querySelector", new() { ["nodeId"] = (int)document["root"]!["nodeId"]!, ["selector"] = selector });
        try
        {
            return (double)(await browser.Send("DOM.getBoxModel", new() { ["nodeId"] = (int)node["nodeId"]! }))["model"]!["height"]!;
        }
        catch (InvalidOperationException)
        {
            return 0;   // not drawn: it has no box
        }
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 2 + (Math.Abs(b) * 0.01);
}
