using System.Collections.Immutable;
using System.Composition;
using Gmp.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Gmp.CodeFixes;

/// <summary>GMPA002: awaits the asynchronous counterpart where there is one, or hands the P on with <c>Blocking(...)</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class BlockingCallFix : GoroutineFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.BlockingCallId];

    private protected override IEnumerable<Change> ChangesOf(SyntaxNode node, SemanticModel model)
    {
        // In a?.Wait() the node is only half of the expression.
        if (node is not ExpressionSyntax expression || node.DescendantNodesAndSelf().Any(n => n is MemberBindingExpressionSyntax)
            || !AsyncFunction.CanAwaitAt(node, model, out var makesAsync))
            yield break;
        if (Direct(expression, model) is { } direct)
        {
            var awaited = Await(direct, expression).WithAdditionalAnnotations(Simplifier.Annotation);
            yield return new Change($"await {TitleOf(direct)}", expression, awaited, makesAsync);
            // A task needs no thread to wait for it.
            if (expression is not InvocationExpressionSyntax call || model.GetSymbolInfo(call).Symbol is not IMethodSymbol method || IsWaitForATask(method) || method.Name == "Sleep")
                yield break;
        }
        if (!CanMoveIntoLambda(expression, model))
            yield break;
        string blocking = NameOf("Blocking", model, expression.SpanStart);
        var wrapped = SyntaxFactory.ParseExpression($"{blocking}(() => {expression.WithoutTrivia()})");
        yield return new Change("await Blocking(() => ...): hand the P on meanwhile", expression, Await(wrapped, expression), makesAsync);
    }

    /// <summary>What can be awaited instead of the call; null if nothing can.</summary>
    private static ExpressionSyntax? Direct(ExpressionSyntax expression, SemanticModel model)
    {
        if (expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Result" } result)
            return result.Expression;
        if (expression is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call
            || model.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
            return null;
        var arguments = call.ArgumentList.Arguments;
        return method switch
        {
            { Name: "Sleep", ContainingType.Name: "Thread" } => Sleep(call, method, model),
            // t.GetAwaiter().GetResult()
            { Name: "GetResult" } => access.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax awaiter } ? awaiter.Expression : null,
            { Name: "Wait", ContainingType.Name: "Task" } when arguments.Count == 0 => access.Expression,
            { Name: "WaitAll", ContainingType.Name: "Task" } when method.Parameters.Length == 1 => Rename(call, access, "WhenAll"),
            { Name: "WaitAny", ContainingType.Name: "Task" } => call.Parent is ExpressionStatementSyntax && method.Parameters.Length == 1
                ? Rename(call, access, "WhenAny") : null,
            { Name: "Wait", ContainingType.Name: "Task" } => null,
            _ => Counterpart(call, access, method, model),
        };
    }

    private static bool IsWaitForATask(IMethodSymbol method) =>
        method.Name == "GetResult" || (method is { Name: "Wait" or "WaitAll" or "WaitAny", ContainingType.Name: "Task" } && method.Parameters.Length <= 1);

    private static ExpressionSyntax Sleep(InvocationExpressionSyntax call, IMethodSymbol method, SemanticModel model)
    {
        string sleep = NameOf("Sleep", model, call.SpanStart);
        var time = call.ArgumentList.Arguments[0].Expression.WithoutTrivia();
        return SyntaxFactory.ParseExpression(method.Parameters[0].Type.SpecialType == SpecialType.System_Int32
            ? $"{sleep}({TimeSpanAt(model, call)}.FromMilliseconds({time}))"
            : $"{sleep}({time})");
    }

    private static string TimeSpanAt(SemanticModel model, SyntaxNode at) =>
        model.LookupNamespacesAndTypes(at.SpanStart, name: "TimeSpan").Any(s => s.ToDisplayString() == "System.TimeSpan") ? "TimeSpan" : "System.TimeSpan";

    /// <summary>The call of the method with Async behind its name, if the same arguments make it give the same result.</summary>
    private static InvocationExpressionSyntax? Counterpart(
        InvocationExpressionSyntax call, MemberAccessExpressionSyntax access, IMethodSymbol method, SemanticModel model)
    {
        var candidate = Rename(call, access, access.Name.Identifier.Text + "Async");
        if (model.GetSpeculativeSymbolInfo(call.SpanStart, candidate, SpeculativeBindingOption.BindAsExpression).Symbol is not IMethodSymbol found)
            return null;
        var awaited = found.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask" } task
            ? task.TypeArguments.SingleOrDefault() ?? model.Compilation.GetSpecialType(SpecialType.System_Void)
            : null;
        bool isUnused = call.Parent is ExpressionStatementSyntax;
        return awaited is not null && (isUnused || SymbolEqualityComparer.Default.Equals(awaited, method.ReturnType)) ? candidate : null;
    }

    private static InvocationExpressionSyntax Rename(InvocationExpressionSyntax call, MemberAccessExpressionSyntax access, string name) =>
        call.WithExpression(access.WithName(SyntaxFactory.IdentifierName(name))).WithoutTrivia();

    /// <summary>A lambda cannot capture spans and references, nor declare a variable for what follows it.</summary>
    private static bool CanMoveIntoLambda(ExpressionSyntax expression, SemanticModel model)
    {
        foreach (var node in expression.DescendantNodesAndSelf())
        {
            if (node is AwaitExpressionSyntax or DeclarationExpressionSyntax or RefExpressionSyntax
                or ArgumentSyntax { RefOrOutKeyword.RawKind: not 0 } or StackAllocArrayCreationExpressionSyntax)
                return false;
            if (node is ExpressionSyntax part && model.GetTypeInfo(part).Type is { IsRefLikeType: true } or IPointerTypeSymbol)
                return false;
        }
        return model.GetSymbolInfo(expression).Symbol is not IMethodSymbol method || !method.Parameters.Any(p => p.Type.IsRefLikeType);
    }

    private static string TitleOf(ExpressionSyntax expression)
    {
        string text = expression.ToString();
        return text.Length <= 50 && !text.Contains('\n') ? text : text.Substring(0, Math.Min(text.IndexOf('\n') is var end and > 0 ? end : 50, 50)) + "...";
    }
}
