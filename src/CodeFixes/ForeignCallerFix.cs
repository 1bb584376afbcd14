using System.Collections.Immutable;
using System.Composition;
using Gmp.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gmp.CodeFixes;

/// <summary>GMPA004: makes the method return GoTask where it returns Task or ValueTask. Its callers are told then, where they are none either.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ForeignCallerFix : GoroutineFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.ForeignCallerId];

    private protected override IEnumerable<Change> ChangesOf(SyntaxNode node, SemanticModel model)
    {
        if (ReturnTypeAround(node, model) is not { } type || model.GetTypeInfo(type).Type is not INamedTypeSymbol { Name: "Task" or "ValueTask" } given)
            yield break;
        var arguments = (type as GenericNameSyntax ?? (type as QualifiedNameSyntax)?.Right as GenericNameSyntax)?.TypeArgumentList;
        if (given.IsGenericType != (arguments is not null))
            yield break;
        string name = model.LookupNamespacesAndTypes(type.SpanStart, name: "GoTask").IsEmpty ? "Gmp.GoTask" : "GoTask";
        yield return new Change($"return {name}", type, SyntaxFactory.ParseTypeName(name + arguments?.ToString()));
    }

    // Of a lambda the type is its receiver's, and of a method that overrides or implements another it is that one's.
    private static TypeSyntax? ReturnTypeAround(SyntaxNode node, SemanticModel model)
    {
        for (var at = node.Parent; at is not null; at = at.Parent)
        {
            switch (at)
            {
                case AnonymousFunctionExpressionSyntax:
                    return null;
                case LocalFunctionStatementSyntax local:
                    return local.ReturnType;
                case MethodDeclarationSyntax method:
                    return model.GetDeclaredSymbol(method) is { IsOverride: false } symbol && !Implements(symbol) ? method.ReturnType : null;
                default:
                    break;
            }
        }
        return null;
    }

    private static bool Implements(IMethodSymbol method) =>
        !method.ExplicitInterfaceImplementations.IsEmpty
        || method.ContainingType.AllInterfaces.SelectMany(i => i.GetMembers(method.Name))
            .Any(m => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(m), method));
}
