using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gmp.Analyzers.Tests;

/// <summary>What a project can say about the rules, and what they leave out by themselves.</summary>
public sealed class SeverityTests
{
    private const string Mistake = "GoTask Work() { Thread.Sleep(1); while (true) { } }\nvoid Drop() => Work();\nasync Task Wait() => await Work();";

    public static TheoryData<string> Ids => ["GMPA001", "GMPA002", "GMPA003", "GMPA004"];

    private static Task<DiagnosticSeverity[]> Severities(string id, string path = "File.cs", string? editorConfig = null) => id switch
    {
        "GMPA001" => Source.Severities<EndlessLoopAnalyzer>(Mistake, path, editorConfig),
        "GMPA002" => Source.Severities<BlockingCallAnalyzer>(Mistake, path, editorConfig),
        "GMPA003" => Source.Severities<DroppedCallAnalyzer>(Mistake, path, editorConfig),
        _ => Source.Severities<ForeignCallerAnalyzer>(Mistake, path, editorConfig),
    };

    [Theory, MemberData(nameof(Ids))]
    public async Task Each_rule_warns_by_default(string id) => Assert.Equal([DiagnosticSeverity.Warning], await Severities(id));

    [Theory, MemberData(nameof(Ids))]
    public async Task An_editorconfig_makes_it_an_error(string id) =>
        Assert.Equal([DiagnosticSeverity.Error], await Severities(id, editorConfig: $"dotnet_diagnostic.{id}.severity = error"));

    [Theory, MemberData(nameof(Ids))]
    public async Task An_editorconfig_switches_it_off(string id) =>
        Assert.Empty(await Severities(id, editorConfig: $"dotnet_diagnostic.{id}.severity = none"));

    [Theory, MemberData(nameof(Ids))]
    public async Task Generated_code_is_skipped(string id) => Assert.Empty(await Severities(id, path: "File.g.cs"));

    [Fact]
    public void Each_rule_has_its_page()
    {
        DiagnosticAnalyzer[] analyzers = [new EndlessLoopAnalyzer(), new BlockingCallAnalyzer(), new DroppedCallAnalyzer(), new ForeignCallerAnalyzer()];
        var rules = analyzers.SelectMany(a => a.SupportedDiagnostics).ToArray();
        Assert.Equal(["GMPA001", "GMPA002", "GMPA003", "GMPA004"], rules.Select(r => r.Id));
        foreach (var rule in rules)
        {
            string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, rule.HelpLinkUri));
            Assert.StartsWith($"# {rule.Id}: ", page, StringComparison.Ordinal);
        }
    }
}
