using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gmp.CodeFixes;

/// <summary>The function around a place, and whether it can await there.</summary>
internal static class AsyncFunction
{
    /// <summary>Whether an await may stand at <paramref name="node"/>.</summary>
    /// <param name="node">The place.</param>
    /// <param name="model">What it means.</param>
    /// <param name="makesAsync">The function that must be made async for it, or null if it is already.</param>
    internal static bool CanAwaitAt(SyntaxNode node, SemanticModel model, out SyntaxNode? makesAsync)
    {
        makesAsync = null;
        for (var at = node.Parent; at is not null; at = at.Parent)
        {
            switch (at)
            {
                case LockStatementSyntax or UnsafeStatementSyntax or FixedStatementSyntax or QueryExpressionSyntax or CatchFilterClauseSyntax:
                    return false;
                case AnonymousFunctionExpressionSyntax lambda:
                    makesAsync = lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword) ? null : lambda;
                    return makesAsync is null || CanBeAsync(lambda, model);
                case LocalFunctionStatementSyntax local:
                    makesAsync = local.Modifiers.Any(SyntaxKind.AsyncKeyword) ? null : local;
                    return makesAsync is null || CanBeAsync(model.GetDeclaredSymbol(local) as IMethodSymbol, local.Body, local.ParameterList);
                case MethodDeclarationSyntax method:
                    makesAsync = method.Modifiers.Any(SyntaxKind.AsyncKeyword) ? null : method;
                    return makesAsync is null || CanBeAsync(model.GetDeclaredSymbol(method), method.Body, method.ParameterList);
                case GlobalStatementSyntax:
                    // Top-level statements may await, which makes them an async Task method.
                    return true;
                case BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or BaseFieldDeclarationSyntax or PropertyDeclarationSyntax:
                    return false;
                default:
                    break;
            }
        }
        return false;
    }

    /// <summary>The function whose return type an await at this place must suit.</summary>
    internal static IMethodSymbol? Around(SyntaxNode node, SemanticModel model)
    {
        for (var at = node.Parent; at is not null; at = at.Parent)
        {
            if (at is AnonymousFunctionExpressionSyntax)
                return model.GetSymbolInfo(at).Symbol as IMethodSymbol;
            if (at is LocalFunctionStatementSyntax or MethodDeclarationSyntax)
                return model.GetDeclaredSymbol(at) as IMethodSymbol;
        }
        return null;
    }

    internal static bool IsGoTask(ITypeSymbol? type) => type is { Name: "GoTask", ContainingNamespace: { Name: "Gmp", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>The function with the modifier.</summary>
    internal static SyntaxNode Make(SyntaxNode function)
    {
        var keyword = SyntaxFactory.Token(SyntaxKind.AsyncKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        return function switch
        {
            ParenthesizedLambdaExpressionSyntax f => f.WithoutLeadingTrivia().WithAsyncKeyword(keyword).WithLeadingTrivia(f.GetLeadingTrivia()),
            SimpleLambdaExpressionSyntax f => f.WithoutLeadingTrivia().WithAsyncKeyword(keyword).WithLeadingTrivia(f.GetLeadingTrivia()),
            AnonymousMethodExpressionSyntax f => f.WithoutLeadingTrivia().WithAsyncKeyword(keyword).WithLeadingTrivia(f.GetLeadingTrivia()),
            LocalFunctionStatementSyntax f when f.Modifiers.Count == 0 =>
                f.WithoutLeadingTrivia().AddModifiers(keyword).WithLeadingTrivia(f.GetLeadingTrivia()),
            LocalFunctionStatementSyntax f => f.AddModifiers(keyword),
            MethodDeclarationSyntax f when f.Modifiers.Count == 0 =>
                f.WithoutLeadingTrivia().AddModifiers(keyword).WithLeadingTrivia(f.GetLeadingTrivia()),
            MethodDeclarationSyntax f => f.AddModifiers(keyword),
            _ => function,
        };
    }

    // A lambda that the runtime gets: as async it is bound to the overload that takes a GoTask function, which the runtime prefers.
    private static bool CanBeAsync(AnonymousFunctionExpressionSyntax lambda, SemanticModel model)
    {
        if (model.GetSymbolInfo(lambda).Symbol is not IMethodSymbol { Parameters.IsEmpty: true } symbol)
            return false;
        if (IsGoTask(symbol.ReturnType))
            return symbol.ReturnType is INamedTypeSymbol { IsGenericType: false } && lambda.Body is BlockSyntax body && !Returns(body);
        return symbol.ReturnsVoid
            && lambda.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call }
            && model.GetSymbolInfo(call).Symbol is IMethodSymbol { Name: "Go", ContainingType: { Name: "Goroutine", ContainingNamespace.Name: "Gmp" } };
    }

    // A function that returns GoTasks itself would have to unpack them: only one that never returns is changed.
    private static bool CanBeAsync(IMethodSymbol? method, BlockSyntax? body, ParameterListSyntax parameters) =>
        method is not null && IsGoTask(method.ReturnType) && body is not null && !Returns(body)
        && !parameters.Parameters.Any(p => p.Modifiers.Any(SyntaxKind.RefKeyword) || p.Modifiers.Any(SyntaxKind.OutKeyword) || p.Modifiers.Any(SyntaxKind.InKeyword));

    private static bool Returns(BlockSyntax body) =>
        body.DescendantNodes(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).Any(n => n is ReturnStatementSyntax);
}
