using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Gmp.Analyzers;

/// <summary>
/// An analyzer of what stands in goroutine code. It answers for a type at a time: whether a plain method is a goroutine's body is only
/// known when the whole type has been read, since <c>Go(Work)</c> may stand anywhere in it.
/// </summary>
public abstract class GoroutineAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        if (context is null)
            throw new ArgumentNullException(nameof(context));
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (GoroutineCode.In(start.Compilation) is not { } code)
                return;
            var judge = NewJudge(code);
            start.RegisterSymbolStartAction(type => Begin(type, code, judge), SymbolKind.NamedType);
        });
    }

    /// <summary>The kinds of operation that the rule looks at.</summary>
    private protected abstract ImmutableArray<OperationKind> Kinds { get; }

    /// <summary>Makes what judges an operation of a goroutine: it gives the diagnostic, or null. It is asked from many threads.</summary>
    private protected abstract Func<IOperation, Diagnostic?> NewJudge(GoroutineCode code);

    private void Begin(SymbolStartAnalysisContext type, GoroutineCode code, Func<IOperation, Diagnostic?> judge)
    {
        var started = new ConcurrentDictionary<ISymbol, bool>(SymbolEqualityComparer.Default);
        var pending = new ConcurrentQueue<(ISymbol Method, Diagnostic Diagnostic)>();
        type.RegisterOperationAction(
            context =>
            {
                var runsAs = code.Classify(context.Operation, context.ContainingSymbol, out var function);
                if (runsAs == RunsAs.Other || judge(context.Operation) is not { } diagnostic)
                    return;
                if (runsAs == RunsAs.Goroutine)
                    context.ReportDiagnostic(diagnostic);
                else
                    pending.Enqueue((function!.OriginalDefinition, diagnostic));
            },
            Kinds);
        type.RegisterOperationAction(
            context =>
            {
                if (code.StartedBy((IMethodReferenceOperation)context.Operation) is { } method)
                    started[method] = true;
            },
            OperationKind.MethodReference);
        type.RegisterSymbolEndAction(context =>
        {
            foreach (var (method, diagnostic) in pending)
            {
                if (started.ContainsKey(method))
                    context.ReportDiagnostic(diagnostic);
            }
        });
    }
}
