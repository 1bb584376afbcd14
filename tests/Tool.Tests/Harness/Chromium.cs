using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gmp.Tests.Harness;

/// <summary>A headless Chromium, driven over its debugging port: a page as a person has it, keys and mouse included. Where there is none, tests skip.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly TempFolder _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonNode> _events = [];
    private string _session = "";
    private int _lastId;

    private Chromium(Process process, TempFolder profile) => (_process, _profile) = (process, profile);

    /// <summary>The browser's file, or null where there is none.</summary>
    public static string? Path { get; } = Find();

    /// <summary>What the page complained of: errors of scripts, and what its policy forbade.</summary>
    public IEnumerable<string> Complaints =>
        _events.Where(e => (string?)e["method"] is "Runtime.exceptionThrown" or "Log.entryAdded" or "Runtime.consoleAPICalled").Select(e => e.ToJsonString());

    /// <summary>The addresses that were asked for.</summary>
    public IEnumerable<string> Requests => _events.Where(e => (string?)e["method"] == "Network.requestWillBeSent").Select(e => (string)e["params"]!["request"]!["url"]!);

    public static async Task<Chromium> Start()
    {
        if (Path is null)
            Assert.Skip("Needs a Chromium (Debian's package chromium, or the variable CHROMIUM).");
        var profile = new TempFolder();
        var start = new ProcessStartInfo(Path) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string option in (string[])["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking",
            "--remote-debugging-port=0", "--user-data-dir=" + profile.Path, "--window-size=1200,900", "about:blank"])
            start.ArgumentList.Add(option);
        var browser = new Chromium(Process.Start(start)!, profile);
        try
        {
            await browser.Connect();
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
        return browser;
    }

    /// <summary>Opens a file and waits until it is loaded, and its script done if it has one that runs.</summary>
    public async Task Open(string file, bool withScript = true, bool isDark = false)
    {
        await Send("Emulation.setScriptExecutionDisabled", new JsonObject { ["value"] = !withScript });
        await Send("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }) });
        int seen = _events.Count;
        await Send("Page.navigate", new JsonObject { ["url"] = new Uri(file).AbsoluteUri });
        while (!_events.Skip(seen).Any(e => (string?)e["method"] == "Page.loadEventFired"))
            await Send("Runtime.getIsolateId");   // any answer brings the events before it
        if (withScript)
            await Until("document.documentElement.dataset.ready === 'true'");
    }

    /// <summary>Waits for a condition of the page.</summary>
    public async Task Until(string condition)
    {
        var waited = Stopwatch.StartNew();
        while (!(bool)(await Evaluate(condition))!)
        {
            Assert.True(waited.Elapsed < s_limit, $"never: {condition}\n{string.Join('\n', Complaints)}");
            await Task.Delay(20);
        }
    }

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
    {
        var answer = await Send("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.True(answer["exceptionDetails"] is null, answer.ToJsonString());
        return answer["result"]!["value"];
    }

    /// <summary>Presses a key.</summary>
    public async Task Key(string key)
    {
        foreach (string type in (string[])["keyDown", "keyUp"])
            await Send("Input.dispatchKeyEvent", new JsonObject { ["type"] = type, ["key"] = key, ["text"] = type == "keyDown" && key.Length == 1 ? key : "" });
    }

    /// <summary>Does something with the mouse.</summary>
    public Task Mouse(string type, double x, double y, int buttons = 0, double deltaY = 0, int modifiers = 0) => Send("Input.dispatchMouseEvent", new JsonObject
    {
        ["type"] = type,
        ["x"] = x,
        ["y"] = y,
        ["button"] = type is "mousePressed" or "mouseReleased" ? "left" : "none",
        ["buttons"] = buttons,
        ["clickCount"] = type is "mousePressed" or "mouseReleased" ? 1 : 0,
        ["deltaX"] = 0,
        ["deltaY"] = deltaY,
        ["modifiers"] = modifiers,
    });

    /// <summary>Sends a command and waits for its answer; events that come meanwhile are kept.</summary>
    public async Task<JsonNode> Send(string method, JsonObject? arguments = null)
    {
        int id = ++_lastId;
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = arguments ?? [] };
        if (_session.Length > 0)
            command["sessionId"] = _session;
        using var limit = new CancellationTokenSource(s_limit);
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        while (true)
        {
            var message = await Receive(limit.Token);
            if (message["id"] is null)
                _events.Add(message);
            else if ((int)message["id"]! == id)
                return message["result"] ?? throw new InvalidOperationException(message.ToJsonString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        try
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
        _process.Dispose();
        _profile.Dispose();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named)
            return named;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator);
        return ((string[])["chromium", "chromium-browser", "google-chrome"]).SelectMany(n => folders.Select(f => System.IO.Path.Combine(f, n))).FirstOrDefault(File.Exists);
    }

    private async Task Connect()
    {
        // The browser writes its port and the way in when it listens.
        string file = _profile.File("DevToolsActivePort");
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Wait.Until(() => File.Exists(file) && File.ReadAllLines(file).Length >= 2, "Chromium listens");
        string[] lines = await File.ReadAllLinesAsync(file);
        using var limit = new CancellationTokenSource(s_limit);
        await _socket.ConnectAsync(new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}"), limit.Token);
        var target = await Send("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        var attached = await Send("Target.attachToTarget", new JsonObject { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true });
        _session = (string)attached["sessionId"]!;
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network", "DOM"])
            await Send(domain + ".enable");
    }

    private async Task<JsonNode> Receive(CancellationToken limit)
    {
        using var message = new MemoryStream();
        byte[] piece = new byte[1 << 16];
        while (true)
        {
            var part = await _socket.ReceiveAsync(new ArraySegment<byte>(piece), limit);
            message.Write(piece, 0, part.Count);
            if (part.EndOfMessage)
                return JsonNode.Parse(message.ToArray())!;
        }
    }
}
