using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace Gmp.Analyzers;

/// <summary>GMPA001: a goroutine's loop that ends only by what others do, and that never gives way to them.</summary>
/// <remarks>
/// A loop that comes to its end by its own work (a counter, a reader at its end, a compare-and-swap that succeeds) is left alone, however
/// long it runs: how long that is cannot be read from the source, and the trace (GMP201) tells it. <see cref="LoopEnds"/> decides.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EndlessLoopAnalyzer : GoroutineAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.EndlessLoop];

    private protected override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.Loop];

    private protected override Func<IOperation, Diagnostic?> NewJudge(GoroutineCode code)
    {
        var blocking = new BlockingCalls(code.Compilation);
        return operation => Judge((ILoopOperation)operation, code, blocking);
    }

    private static Diagnostic? Judge(ILoopOperation loop, GoroutineCode code, BlockingCalls blocking)
    {
        var condition = loop switch
        {
            IWhileLoopOperation whileLoop => whileLoop.Condition,
            IForLoopOperation forLoop => forLoop.Condition,
            // A foreach ends with its sequence.
            _ => loop,
        };
        if (ReferenceEquals(condition, loop) || condition?.ConstantValue is { HasValue: true, Value: false })
            return null;
        foreach (var operation in loop.OfSameFunction())
        {
            // One mistake, one message: a call that blocks is GMPA002's, and what it says to do brings the await.
            if (IsSchedulingPoint(operation, code) || BlockingCallAnalyzer.Blocks(operation, blocking))
                return null;
        }
        return new LoopEnds(loop, code).ByItsOwnWork(condition)
            ? null
            : Diagnostic.Create(Rules.EndlessLoop, HeaderOf(loop.Syntax));
    }

    private static bool IsSchedulingPoint(IOperation operation, GoroutineCode code) => operation switch
    {
        IAwaitOperation => true,
        IForEachLoopOperation { IsAsynchronous: true } => true,
        IUsingOperation { IsAsynchronous: true } => true,
        IUsingDeclarationOperation { IsAsynchronous: true } => true,
        // Not awaited it is no scheduling point of its own, but the P is handed on meanwhile.
        IInvocationOperation call => code.IsBlockingScope(call.TargetMethod),
        _ => false,
    };

    private static Location HeaderOf(SyntaxNode loop)
    {
        var span = loop switch
        {
            WhileStatementSyntax s => TextSpan.FromBounds(s.WhileKeyword.SpanStart, s.CloseParenToken.Span.End),
            ForStatementSyntax s => TextSpan.FromBounds(s.ForKeyword.SpanStart, s.CloseParenToken.Span.End),
            DoStatementSyntax s => s.DoKeyword.Span,
            _ => loop.Span,
        };
        return Location.Create(loop.SyntaxTree, span);
    }
}
