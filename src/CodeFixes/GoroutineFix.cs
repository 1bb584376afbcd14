using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Gmp.CodeFixes;

/// <summary>A fix that changes one node and makes the function around it async where it must be.</summary>
public abstract class GoroutineFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            foreach (var change in ChangesOf(node, model))
            {
                var action = CodeAction.Create(change.Title, c => Apply(context.Document, change, c), equivalenceKey: change.Title);
                context.RegisterCodeFix(action, diagnostic);
            }
        }
    }

    /// <summary>What can be done about the marked node, the best first.</summary>
    private protected abstract IEnumerable<Change> ChangesOf(SyntaxNode node, SemanticModel model);

    private static async Task<Document> Apply(Document document, Change change, CancellationToken cancellation)
    {
        var editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        editor.ReplaceNode(change.Old, change.New.WithTriviaFrom(change.Old));
        if (change.MakesAsync is { } function)
            editor.ReplaceNode(function, (now, _) => AsyncFunction.Make(now));
        return editor.GetChangedDocument();
    }

    /// <summary>A node to replace and what replaces it.</summary>
    private protected readonly struct Change(string title, SyntaxNode old, SyntaxNode @new, SyntaxNode? makesAsync = null)
    {
        internal string Title { get; } = title;

        internal SyntaxNode Old { get; } = old;

        internal SyntaxNode New { get; } = @new;

        /// <summary>The function that must become async for it.</summary>
        internal SyntaxNode? MakesAsync { get; } = makesAsync;
    }

    /// <summary><c>Yield</c>, or <c>Goroutine.Yield</c>, or in full: as short as the usings at this place allow.</summary>
    private protected static string NameOf(string member, SemanticModel model, int position)
    {
        var symbols = model.LookupSymbols(position, name: member);
        if (symbols.Length != 0 && symbols.All(s => s is IMethodSymbol && s.ContainingType?.ToDisplayString() == "Gmp.Goroutine"))
            return member;
        return model.LookupNamespacesAndTypes(position, name: "Goroutine").Any(s => s.ToDisplayString() == "Gmp.Goroutine")
            ? $"Goroutine.{member}"
            : $"Gmp.Goroutine.{member}";
    }

    /// <summary><c>await value</c>, in parentheses where what stands around it binds tighter.</summary>
    private protected static ExpressionSyntax Await(ExpressionSyntax value, SyntaxNode at)
    {
        var bare = value.WithoutTrivia();
        // Of the operands of await only those that are no primary expressions need parentheses.
        if (bare is not (InvocationExpressionSyntax or MemberAccessExpressionSyntax or IdentifierNameSyntax or ElementAccessExpressionSyntax
            or ParenthesizedExpressionSyntax or ThisExpressionSyntax or ObjectCreationExpressionSyntax))
            bare = SyntaxFactory.ParenthesizedExpression(bare);
        ExpressionSyntax result = SyntaxFactory.AwaitExpression(
            SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), bare);
        bool bindsTighter = at.Parent switch
        {
            MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or PostfixUnaryExpressionSyntax or InvocationExpressionSyntax => true,
            ConditionalAccessExpressionSyntax access => access.Expression == at,
            _ => false,
        };
        return bindsTighter ? SyntaxFactory.ParenthesizedExpression(result) : result;
    }
}
