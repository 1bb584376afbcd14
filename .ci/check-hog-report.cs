// Judges the report that `dotnet gmp-trace demo hog --format json` printed: usage: dotnet run --file check-hog-report.cs -- report.json
// The exit code is 0 if it names the hog, its source line and its victims.
using System.Text.Json;

using var report = JsonDocument.Parse(File.ReadAllText(args[0]));
var mistakes = new List<string>();
var root = report.RootElement;
Check(root.GetProperty("schemaVersion").GetInt32() == 1, "schemaVersion is 1");
Check(root.GetProperty("trace").GetProperty("events").GetInt64() > 1000, "the trace holds more than 1000 events");
Check(root.GetProperty("trace").GetProperty("eventsLost").GetInt64() == 0, "no event was lost");
var finding = root.GetProperty("findings").EnumerateArray().FirstOrDefault(f => f.GetProperty("id").GetString() == "GMP201");
if (finding.ValueKind == JsonValueKind.Undefined)
{
    mistakes.Add("GMP201 is in the report");
}
else
{
    Check(finding.GetProperty("severity").GetString() is "warning" or "critical", "GMP201 is a warning or critical");
    var goroutines = finding.GetProperty("goroutines").EnumerateArray().ToArray();
    var hog = goroutines.FirstOrDefault(g => g.GetProperty("role").GetString() == "hog");
    Check(hog.ValueKind == JsonValueKind.Object && hog.GetProperty("name").GetString() == "hog", "the hog is named hog");
    var source = finding.GetProperty("source");
    string file = source.GetProperty("file").GetString() ?? "";
    int line = source.GetProperty("line").GetInt32();
    Check(file.EndsWith("samples/Hog/Program.cs", StringComparison.Ordinal) && !Path.IsPathRooted(file), $"the source is samples/Hog/Program.cs, not {file}");
    string[] lines = File.ReadAllLines("samples/Hog/Program.cs");
    Check(line >= 1 && line <= lines.Length && lines[line - 1].Contains("\"hog\"", StringComparison.Ordinal), $"line {line} is where the hog's Go stands");
    Check(goroutines.Any(g => g.GetProperty("role").GetString() == "victim" && g.GetProperty("waitNs").GetInt64() > 0), "a victim waited");
    var window = finding.GetProperty("window");
    double milliseconds = (window.GetProperty("endNs").GetInt64() - window.GetProperty("startNs").GetInt64()) / 1e6;
    Check(milliseconds is > 380 and < 600, $"the longest slice is about 400 ms, not {milliseconds:0.0} ms");
}
foreach (string mistake in mistakes)
    Console.WriteLine("not so: " + mistake);
Console.WriteLine(mistakes.Count == 0 ? "the report is right" : File.ReadAllText(args[0]));
return mistakes.Count == 0 ? 0 : 1;

void Check(bool condition, string what)
{
    if (!condition)
        mistakes.Add(what);
}
