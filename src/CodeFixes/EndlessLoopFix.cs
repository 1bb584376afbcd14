using System.Collections.Immutable;
using System.Composition;
using Gmp.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Gmp.CodeFixes;

/// <summary>GMPA001: <c>await Yield();</c> at the end of the loop.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class EndlessLoopFix : GoroutineFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.EndlessLoopId];

    private protected override IEnumerable<Change> ChangesOf(SyntaxNode node, SemanticModel model)
    {
        var loop = node.FirstAncestorOrSelf<StatementSyntax>(s => s is WhileStatementSyntax or ForStatementSyntax or DoStatementSyntax);
        var body = loop switch
        {
            WhileStatementSyntax s => s.Statement,
            ForStatementSyntax s => s.Statement,
            DoStatementSyntax s => s.Statement,
            _ => null,
        };
        if (body is null || !AsyncFunction.CanAwaitAt(body, model, out var makesAsync))
            yield break;
        string yield = NameOf("Yield", model, body.SpanStart);
        var giveWay = SyntaxFactory.ParseStatement($"await {yield}();\n").WithAdditionalAnnotations(Formatter.Annotation);
        var now = body switch
        {
            BlockSyntax block => block.AddStatements(giveWay),
            EmptyStatementSyntax => SyntaxFactory.Block(giveWay),
            _ => SyntaxFactory.Block(body, giveWay),
        };
        // A loop may stop at a continue before it comes to its end; that is the author's to see.
        yield return new Change("Give way in each turn: await Yield()", body, now.WithAdditionalAnnotations(Formatter.Annotation), makesAsync);
    }
}
