using System.Collections.Immutable;
using Gmp.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Gmp.Analyzers.Tests;

/// <summary>
/// Compiles a text with an analyzer and compares what it marks with the text's own marks, <c>[|...|]</c>; applies its fix and compares
/// the text. A text that does not compile fails: it would prove nothing.
/// </summary>
internal static class Source
{
    private const string Usings = """
        using System;
        using System.Collections.Concurrent;
        using System.Collections.Generic;
        using System.Diagnostics;
        using System.IO;
        using System.Net.Sockets;
        using System.Threading;
        using System.Threading.Tasks;
        using Gmp;
        using static Gmp.Goroutine;

        """;

    private static readonly ImmutableArray<MetadataReference> s_references = [.. References()];

    /// <summary>The members of a class, in which the analyzer must mark what is marked and nothing else.</summary>
    internal static async Task Marks<TAnalyzer>(string members)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        string marked = InClass(members);
        string text = Unmark(marked, out var expected);
        var found = await Diagnose<TAnalyzer>(Project(text));
        Assert.Equal(marked, Mark(text, [.. found.Select(d => d.Location.SourceSpan).OrderBy(s => s.Start)]));
        Assert.Equal(expected.Count, found.Length);
    }

    /// <summary>The messages of what the analyzer finds.</summary>
    internal static async Task<string[]> Messages<TAnalyzer>(string members)
        where TAnalyzer : DiagnosticAnalyzer, new() =>
        [.. (await Diagnose<TAnalyzer>(Project(InClass(members)))).Select(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>A whole file, with its path and an .editorconfig line: what severity is found, or none.</summary>
    internal static async Task<DiagnosticSeverity[]> Severities<TAnalyzer>(string members, string path = "File.cs", string? editorConfig = null)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var project = Project(InClass(members), path);
        if (editorConfig is not null)
        {
            project = project.Solution
                .AddAnalyzerConfigDocument(DocumentId.CreateNewId(project.Id), ".editorconfig", SourceText.From($"root = true\n[*.cs]\n{editorConfig}\n"), filePath: "/src/.editorconfig")
                .GetProject(project.Id)!;
        }
        return [.. (await Diagnose<TAnalyzer>(project)).Select(d => d.Severity)];
    }

    /// <summary>Applies the fix with this number to all that is found, one after the other; the outcome must compile.</summary>
    internal static async Task Fixes<TAnalyzer, TFix>(string members, string expected, int number = 0)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : GoroutineFix, new()
    {
        var project = Project(InClass(members));
        for (int turn = 0; turn < 10; turn++)
        {
            var offered = await Offered<TAnalyzer, TFix>(project);
            var change = offered.FirstOrDefault(o => o.Count > number)?[number];
            if (change is null)
                break;
            var operations = await change.GetOperationsAsync(TestContext.Current.CancellationToken);
            project = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetProject(project.Id)!;
        }
        var text = await project.Documents.Single().GetTextAsync(TestContext.Current.CancellationToken);
        Assert.Equal(InClass(expected), text.ToString());
        Compiles((await project.GetCompilationAsync(TestContext.Current.CancellationToken))!);
    }

    /// <summary>The titles of what is offered for the first thing found.</summary>
    internal static async Task<string[]> Titles<TAnalyzer, TFix>(string members)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : GoroutineFix, new() =>
        [.. (await Offered<TAnalyzer, TFix>(Project(InClass(members)))).First().Select(a => a.Title)];

    private static async Task<List<List<CodeAction>>> Offered<TAnalyzer, TFix>(Project project)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : GoroutineFix, new()
    {
        var all = new List<List<CodeAction>>();
        foreach (var diagnostic in (await Diagnose<TAnalyzer>(project)).OrderBy(d => d.Location.SourceSpan.Start))
        {
            var actions = new List<CodeAction>();
            var context = new CodeFixContext(project.Documents.Single(), diagnostic, (a, _) => actions.Add(a), TestContext.Current.CancellationToken);
            await new TFix().RegisterCodeFixesAsync(context);
            all.Add(actions);
        }
        return all;
    }

    private static string InClass(string members) =>
        $"{Usings}\nclass C\n{{\n{string.Join("\n", members.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(l => l.Length == 0 ? l : "    " + l))}\n}}\n";

    private static string Unmark(string marked, out List<TextSpan> spans)
    {
        spans = [];
        string text = marked;
        while (text.IndexOf("[|", StringComparison.Ordinal) is >= 0 and int start)
        {
            text = text.Remove(start, 2);
            int end = text.IndexOf("|]", start, StringComparison.Ordinal);
            text = text.Remove(end, 2);
            spans.Add(TextSpan.FromBounds(start, end));
        }
        return text;
    }

    private static string Mark(string text, List<TextSpan> spans)
    {
        for (int i = spans.Count - 1; i >= 0; i--)
            text = text.Insert(spans[i].End, "|]").Insert(spans[i].Start, "[|");
        return text;
    }

    private static Project Project(string text, string path = "File.cs")
    {
        var workspace = new AdhocWorkspace();
        var id = ProjectId.CreateNewId();
        var solution = workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(
                id, VersionStamp.Default, "Checked", "Checked", LanguageNames.CSharp,
                compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable),
                parseOptions: new CSharpParseOptions(LanguageVersion.Latest),
                metadataReferences: s_references))
            .AddDocument(DocumentId.CreateNewId(id), path, SourceText.From(text), filePath: $"/src/{path}");
        return solution.GetProject(id)!;
    }

    private static async Task<ImmutableArray<Diagnostic>> Diagnose<TAnalyzer>(Project project)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var compilation = (await project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        Compiles(compilation);
        var options = new CompilationWithAnalyzersOptions(
            project.AnalyzerOptions, (exception, _, _) => throw exception, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var found = await compilation.WithAnalyzers([new TAnalyzer()], options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(found, d => d.Id == "AD0001");
        return found;
    }

    private static void Compiles(Compilation compilation) =>
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error));

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(p) is "mscorlib.dll" or "netstandard.dll"
                || Path.GetFileName(p).StartsWith("GmpTrace.Runtime", StringComparison.Ordinal))
            .Select(p => MetadataReference.CreateFromFile(p));
}
