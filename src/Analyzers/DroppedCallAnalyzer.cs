using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gmp.Analyzers;

/// <summary>GMPA003: a call of a goroutine function that nobody awaits, or that is awaited twice, or only after another wait.</summary>
/// <remarks>
/// What is passed on, returned or stored in an object is left alone: who gets it may await it. Locals are followed along the control flow.
/// Unlike the other rules this one holds in any code: a dropped call is a mistake wherever it stands.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DroppedCallAnalyzer : DiagnosticAnalyzer
{
    private const string Dropped =
        "is called and dropped: it is never resumed once it waits. Await it, or start it beside this with 'Go(() => ...)'.";

    private const string NotBegun = "does nothing until it is awaited.";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.DroppedCall];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        if (context is null)
            throw new ArgumentNullException(nameof(context));
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (GoroutineCode.In(start.Compilation) is not { } code)
                return;
            start.RegisterOperationAction(c => JudgeCall(c, code), OperationKind.Invocation);
            start.RegisterOperationBlockAction(c => JudgeLocals(c, code));
        });
    }

    private static void JudgeCall(OperationAnalysisContext context, GoroutineCode code)
    {
        var call = (IInvocationOperation)context.Operation;
        bool isCall = code.IsGoTask(call.Type);
        if ((isCall || code.IsLazyAwaitable(call.Type)) && IsDropped(call))
            context.ReportDiagnostic(At(call.Syntax, call, isCall ? Dropped : NotBegun));
    }

    private static bool IsDropped(IOperation call)
    {
        var below = call;
        for (var at = call.Parent; at is not null; below = at, at = at.Parent)
        {
            switch (at)
            {
                case IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation or ICoalesceOperation or ISwitchExpressionArmOperation:
                case IConditionalOperation choice when !ReferenceEquals(below, choice.Condition):
                case ISwitchExpressionOperation:
                    continue;
                case IExpressionStatementOperation:
                    return true;
                case ISimpleAssignmentOperation assignment:
                    return assignment.Target is IDiscardOperation;
                default:
                    return false;
            }
        }
        return false;
    }

    private static void JudgeLocals(OperationBlockAnalysisContext context, GoroutineCode code)
    {
        foreach (var block in context.OperationBlocks)
        {
            if (!block.Descendants().Any(o => o is IVariableDeclaratorOperation declarator && code.IsGoTask(declarator.Symbol.Type)))
                continue;
            foreach (var calls in GoTaskLocal.AllIn(block, code))
            {
                if (calls.IsCaptured)
                    continue;
                if (!calls.IsUsed)
                {
                    foreach (var call in calls.Calls)
                        context.ReportDiagnostic(At(call.Syntax, call, "is kept and never awaited. Await it at once, or start it with 'Go(() => ...)'."));
                }
            }
            foreach (var flow in GoTaskFlow.AllIn(context.GetControlFlowGraph(block), context.CancellationToken))
            {
                foreach (var mistake in flow.Mistakes(code))
                    context.ReportDiagnostic(At(mistake.Where, mistake.Call, mistake.What));
            }
        }
    }

    private static Diagnostic At(SyntaxNode where, IOperation call, string what) =>
        Diagnostic.Create(Rules.DroppedCall, where.GetLocation(), NameOf(call), what);

    private static string NameOf(IOperation call) => call switch
    {
        IInvocationOperation invocation => invocation.TargetMethod.Name,
        ILocalReferenceOperation local => local.Local.Name,
        _ => call.Syntax.ToString(),
    };
}
