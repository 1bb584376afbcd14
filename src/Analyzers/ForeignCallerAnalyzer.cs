using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Gmp.Analyzers;

/// <summary>GMPA004: a goroutine function that an async Task method, an async void one or an async iterator awaits.</summary>
/// <remarks>
/// It goes well as long as the call never waits, which is why tests do not find it. What the runtime gives to be awaited otherwise (<c>Sleep</c>, channels, locks)
/// can be awaited anywhere in a goroutine and is left alone.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ForeignCallerAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.ForeignCaller];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        if (context is null)
            throw new ArgumentNullException(nameof(context));
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (GoroutineCode.In(start.Compilation) is { } code)
                start.RegisterOperationAction(c => Judge(c, code), OperationKind.Await);
        });
    }

    private static void Judge(OperationAnalysisContext context, GoroutineCode code)
    {
        var awaited = ((IAwaitOperation)context.Operation).Operation;
        if (!code.IsGoTask(awaited.Type) || FunctionAround(context.Operation, context.ContainingSymbol) is not { } function || code.IsGoTask(function.ReturnType))
            return;
        context.ReportDiagnostic(Diagnostic.Create(
            Rules.ForeignCaller, context.Operation.Syntax.GetLocation(), NameOf(awaited.WithoutConversions()), NameOf(function), Given(function), WhatToDo(function)));
    }

    private static IMethodSymbol? FunctionAround(IOperation operation, ISymbol containing)
    {
        for (var at = operation.Parent; at is not null; at = at.Parent)
        {
            if (at is ILocalFunctionOperation local)
                return local.Symbol;
            if (at is IAnonymousFunctionOperation lambda)
                return lambda.Symbol;
        }
        return containing as IMethodSymbol;
    }

    private static string NameOf(IOperation awaited) => awaited is IInvocationOperation call ? call.TargetMethod.Name : awaited.Syntax.ToString();

    private static string NameOf(IMethodSymbol function) =>
        function.MethodKind == MethodKind.AnonymousFunction ? "a lambda" : function.Name == WellKnownMemberNames.TopLevelStatementsEntryPointMethodName ? "the program" : $"'{function.Name}'";

    private static string Given(IMethodSymbol function) => function.ReturnsVoid ? "nothing" : function.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static string WhatToDo(IMethodSymbol function)
    {
        if (function.Name == WellKnownMemberNames.TopLevelStatementsEntryPointMethodName)
            return "Run it with 'Scheduler.Run(async () => ...)'";
        if (function.ReturnType.Name is "IAsyncEnumerable" or "IAsyncEnumerator")
            return "Let a goroutine send the values on a channel";
        return function.MethodKind == MethodKind.AnonymousFunction ? "Give the lambda where a GoTask function is wanted" : "Make it return GoTask";
    }
}
