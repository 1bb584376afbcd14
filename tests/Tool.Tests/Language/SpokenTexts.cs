using System.Text;
using Gmp.Analysis.Language;
using Gmp.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gmp.Tests.Language;

/// <summary>
/// Every text that the sources of the analysis and the tool hand to <see cref="Phrases"/>, found by the compiler's own view of them: what is converted to a
/// <see cref="Phrase"/> wherever that stands, and what reaches <see cref="Phrases.Text"/> and <see cref="Phrases.Count"/> through choices, variables, properties
/// and parameters.
/// </summary>
internal sealed class SpokenTexts
{
    private static readonly string[] s_folders = ["src/Analysis", "src/Tool"];

    private static readonly Lazy<SpokenTexts> s_all = new(() => new SpokenTexts());

    private readonly CSharpCompilation _compilation;
    private readonly Dictionary<SyntaxTree, SemanticModel> _models = [];
    private readonly Dictionary<IMethodSymbol, List<InvocationExpressionSyntax>> _calls = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, List<ArgumentListSyntax>> _arguments = new(SymbolEqualityComparer.Default);
    private readonly HashSet<SyntaxNode> _followed = [];
    private readonly List<SpokenText> _texts = [];
    private readonly List<string> _unclear = [];

    private SpokenTexts()
    {
        _compilation = Compile();
        foreach (var tree in _compilation.SyntaxTrees)
            Collect(tree);
        foreach (var (method, calls) in _calls.Where(c => c.Key.ContainingType.ToDisplayString() == typeof(Phrases).FullName && !IsSource(c.Key)).ToList())
            Unclear(calls[0], $"{method.Name} is not of the sources");
        foreach (var (_, calls) in _calls.Where(c => c.Key is { Name: "Text", ContainingType.Name: nameof(Phrases) }))
            calls.ForEach(c => Follow(c.ArgumentList.Arguments[0].Expression, t => t, hasHoles: false));
        foreach (var (_, calls) in _calls.Where(c => c.Key is { Name: "Count", ContainingType.Name: nameof(Phrases) }))
            calls.ForEach(c => Follow(c.ArgumentList.Arguments[1].Expression, t => "{0} " + t, hasHoles: true));
    }

    /// <summary>The texts of the sources as they are.</summary>
    public static SpokenTexts All => s_all.Value;

    /// <summary>What is said, a text as often as the sources say it.</summary>
    public IReadOnlyList<SpokenText> Texts => _texts;

    /// <summary>Where something is said of which the sources do not show what it is.</summary>
    public IReadOnlyList<string> Unclears => _unclear;

    private static CSharpCompilation Compile()
    {
        string[] files = [.. s_folders.SelectMany(f => Directory.GetFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Repository.Root, f).Replace('\\', '/')).Where(f => !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal))];
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);
        // What ImplicitUsings adds.
        const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";
        var trees = files.Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Repository.Root, f)), options, f)).Append(CSharpSyntaxTree.ParseText(Usings, options));
        // The sources stand for our own assemblies.
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(f => Path.GetFileName(f) is not ("GmpTrace.Analysis.dll" or "dotnet-gmp-trace.dll"))
            .Select(f => MetadataReference.CreateFromFile(f));
        return CSharpCompilation.Create("Spoken", trees, references, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
    }

    private void Collect(SyntaxTree tree)
    {
        var model = Model(tree);
        foreach (var node in tree.GetRoot().DescendantNodes())
        {
            if (node is InvocationExpressionSyntax call && model.GetSymbolInfo(call).Symbol is IMethodSymbol method)
            {
                (_calls.TryGetValue(method.OriginalDefinition, out var calls) ? calls : _calls[method.OriginalDefinition] = []).Add(call);
                Add(method, call.ArgumentList);
            }
            else if (node is BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments } && model.GetSymbolInfo(node).Symbol is IMethodSymbol constructor)
            {
                Add(constructor, arguments);
            }
            else if (node is InterpolatedStringExpressionSyntax or BinaryExpressionSyntax && IsPhrase(model, (ExpressionSyntax)node))
                _texts.Add(At(node, PhraseKey((ExpressionSyntax)node), hasHoles: true));
            else if (node is PropertyDeclarationSyntax { Identifier.Text: "Text" } text && model.GetDeclaredSymbol(text) is { IsOverride: true, ContainingType.BaseType.Name: "Question" })
                Follow(text.ExpressionBody?.Expression ?? text.Initializer!.Value, t => t, hasHoles: false);
        }
    }

    private void Add(IMethodSymbol method, ArgumentListSyntax arguments) =>
        (_arguments.TryGetValue(method.OriginalDefinition, out var lists) ? lists : _arguments[method.OriginalDefinition] = []).Add(arguments);

    private static bool IsPhrase(SemanticModel model, ExpressionSyntax expression) =>
        // The parts of a sum have no such conversion of their own.
        expression.Parent is not BinaryExpressionSyntax && model.GetTypeInfo(expression).ConvertedType?.ToDisplayString() == typeof(Phrase).FullName;

    private static string PhraseKey(ExpressionSyntax expression)
    {
        var key = new StringBuilder();
        int holes = 0;
        foreach (var part in expression.DescendantNodesAndSelf(n => n == expression || n is BinaryExpressionSyntax).OfType<InterpolatedStringExpressionSyntax>().SelectMany(s => s.Contents))
        {
            if (part is InterpolatedStringTextSyntax text)
                key.Append(text.TextToken.ValueText.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
            else
                key.Append('{').Append(holes++).Append('}');
        }
        return key.ToString();
    }

    // Finds the texts that an expression may stand for.
    private void Follow(ExpressionSyntax expression, Func<string, string> key, bool hasHoles)
    {
        var model = Model(expression.SyntaxTree);
        if (model.GetConstantValue(expression) is { HasValue: true, Value: var value })
        {
            if (value is string { Length: > 0 } text)
                _texts.Add(At(expression, key(text), hasHoles));
            return;
        }
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                Follow(inner.Expression, key, hasHoles);
                return;
            case ConditionalExpressionSyntax choice:
                Follow(choice.WhenTrue, key, hasHoles);
                Follow(choice.WhenFalse, key, hasHoles);
                return;
            case SwitchExpressionSyntax choice:
                foreach (var arm in choice.Arms)
                    Follow(arm.Expression, key, hasHoles);
                return;
            case ThrowExpressionSyntax:
                return;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } choice:
                Follow(choice.Left, key, hasHoles);
                Follow(choice.Right, key, hasHoles);
                return;
        }
        if (!_followed.Add(expression))
            return;
        var symbol = model.GetSymbolInfo(expression).Symbol;
        var sources = symbol switch
        {
            // What a question says as its question is found where it says it.
            IPropertySymbol { Name: "Text", ContainingType.Name: "Question" } => [],
            IParameterSymbol { ContainingSymbol: IMethodSymbol method } parameter => Arguments(method, parameter),
            // What a record was made with.
            IPropertySymbol { ContainingType: { IsRecord: true } record } property
                when record.InstanceConstructors.SelectMany(c => c.Parameters).FirstOrDefault(p => p.Name == property.Name && _arguments.ContainsKey((IMethodSymbol)p.ContainingSymbol)) is { } made
                => Arguments((IMethodSymbol)made.ContainingSymbol, made),
            _ => symbol?.DeclaringSyntaxReferences.SelectMany(r => Values(r.GetSyntax(), symbol)).ToList(),
        };
        if (sources is null or [] && symbol is not IPropertySymbol { Name: "Text", ContainingType.Name: "Question" })
            Unclear(expression, "it is not told what this may be");
        sources?.ForEach(s => Follow(s, key, hasHoles));
    }

    private List<ExpressionSyntax> Arguments(IMethodSymbol method, IParameterSymbol parameter) =>
        !_arguments.TryGetValue(method.OriginalDefinition, out var lists) ? [] :
        [.. lists.Select(l => l.Arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.Text == parameter.Name) ?? l.Arguments.ElementAtOrDefault(parameter.Ordinal)).OfType<ArgumentSyntax>().Select(a => a.Expression)];

    private static IEnumerable<ExpressionSyntax> Values(SyntaxNode declaration, ISymbol symbol)
    {
        var body = declaration switch
        {
            VariableDeclaratorSyntax { Initializer.Value: var value } => value,
            PropertyDeclarationSyntax { ExpressionBody.Expression: var value } => value,
            PropertyDeclarationSyntax { Initializer.Value: var value } => value,
            MethodDeclarationSyntax { ExpressionBody.Expression: var value } => value,
            LocalFunctionStatementSyntax { ExpressionBody.Expression: var value } => value,
            _ => null,
        };
        if (body is not null)
            yield return body;
        if (symbol is IMethodSymbol)
        {
            foreach (var returned in declaration.DescendantNodes().OfType<ReturnStatementSyntax>().Select(r => r.Expression).OfType<ExpressionSyntax>())
                yield return returned;
        }
    }

    private static bool IsSource(ISymbol symbol) => symbol.DeclaringSyntaxReferences.Length > 0;

    private SemanticModel Model(SyntaxTree tree) => _models.TryGetValue(tree, out var known) ? known : _models[tree] = _compilation.GetSemanticModel(tree);

    private static SpokenText At(SyntaxNode node, string key, bool hasHoles) => new(key, hasHoles, node.SyntaxTree.FilePath, LineOf(node));

    private static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    private void Unclear(SyntaxNode node, string why) => _unclear.Add($"{node.SyntaxTree.FilePath}:{LineOf(node)}: {node}: {why}");
}
