using System.Collections.Immutable;
using System.Composition;
using Gmp.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gmp.CodeFixes;

/// <summary>GMPA003: awaits the call that was dropped, or starts it as a goroutine of its own.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class DroppedCallFix : GoroutineFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.DroppedCallId];

    private protected override IEnumerable<Change> ChangesOf(SyntaxNode node, SemanticModel model)
    {
        if (node is not InvocationExpressionSyntax call || StatementOf(call) is not { } statement)
            yield break;
        var type = model.GetTypeInfo(call).Type;
        bool isGoTask = AsyncFunction.IsGoTask(type);
        if (AsyncFunction.CanAwaitAt(call, model, out var makesAsync) && (!isGoTask || IsGoroutineFunction(call, model, makesAsync)))
            yield return new Change("await it", statement.Expression, Await(call, statement.Expression), makesAsync);
        if (!isGoTask)
            yield break;
        string go = NameOf("Go", model, call.SpanStart);
        // Go takes no function with a value: its goroutine has nobody to give it to.
        string body = type is INamedTypeSymbol { IsGenericType: true } ? $"async () => await {call.WithoutTrivia()}" : $"() => {call.WithoutTrivia()}";
        yield return new Change("Go(() => ...): start it beside this", statement.Expression, SyntaxFactory.ParseExpression($"{go}({body})"));
    }

    /// <summary>The statement that consists of the call, alone or as <c>_ = call</c>.</summary>
    private static ExpressionStatementSyntax? StatementOf(InvocationExpressionSyntax call) => call.Parent switch
    {
        ExpressionStatementSyntax statement => statement,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" }, Parent: ExpressionStatementSyntax statement } => statement,
        _ => null,
    };

    // A GoTask that waits can only be awaited by GoTask functions, of which a lambda that is made async for Go becomes one.
    private static bool IsGoroutineFunction(SyntaxNode node, SemanticModel model, SyntaxNode? makesAsync) =>
        makesAsync is AnonymousFunctionExpressionSyntax || AsyncFunction.IsGoTask(AsyncFunction.Around(node, model)?.ReturnType);
}
