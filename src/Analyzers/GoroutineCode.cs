using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gmp.Analyzers;

/// <summary>Whether a piece of code runs as a goroutine.</summary>
internal enum RunsAs
{
    /// <summary>Not as far as can be seen here.</summary>
    Other,

    /// <summary>A goroutine function: it returns GoTask, or it is a lambda that the runtime was given to run.</summary>
    Goroutine,

    /// <summary>A plain method: it is a goroutine's body if its type starts it as one, as in <c>Go(Work)</c>.</summary>
    IfStarted,
}

/// <summary>What the runtime's types are called in this compilation, and which functions it runs as goroutines.</summary>
/// <remarks>
/// Only the innermost function counts. A lambda inside a goroutine that goes elsewhere, as to Task.Run or a list's ForEach, says nothing
/// about where it runs, and what a goroutine calls in plain methods is not followed: both would be guesses, and a rule that guesses is
/// switched off.
/// </remarks>
internal sealed class GoroutineCode
{
    private readonly INamedTypeSymbol _goTask;
    private readonly INamedTypeSymbol? _goTaskOf;
    private readonly INamedTypeSymbol? _goroutine;

    private GoroutineCode(INamedTypeSymbol goTask, Compilation compilation)
    {
        _goTask = goTask;
        _goTaskOf = goTask.ContainingAssembly.GetTypeByMetadataName("Gmp.GoTask`1");
        _goroutine = goTask.ContainingAssembly.GetTypeByMetadataName("Gmp.Goroutine");
        Compilation = compilation;
    }

    internal Compilation Compilation { get; }

    /// <summary>Null where the runtime is not referenced: then no rule has anything to say.</summary>
    internal static GoroutineCode? In(Compilation compilation) =>
        compilation.GetTypeByMetadataName("Gmp.GoTask") is { } goTask ? new GoroutineCode(goTask, compilation) : null;

    /// <summary>GoTask or GoTask of something.</summary>
    internal bool IsGoTask(ITypeSymbol? type) =>
        SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, _goTask) ||
        (_goTaskOf is not null && SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, _goTaskOf));

    /// <summary>What the runtime gives to be awaited and which does nothing before: <c>Yield()</c>, <c>Sleep(...)</c>, <c>ch.Send(v)</c>.</summary>
    internal bool IsLazyAwaitable(ITypeSymbol? type) =>
        type is { IsValueType: true } && !IsGoTask(type) && IsOfRuntime(type)
        // Its call has run by then; the await only gets the P back.
        && type.Name != "SyscallAwaitable"
        && type.GetMembers("GetAwaiter").Length != 0;

    /// <summary><c>Syscall(...)</c> and <c>Blocking(...)</c>: what they are given may block, and the P is handed on meanwhile.</summary>
    internal bool IsBlockingScope(IMethodSymbol method) =>
        method.Name is "Syscall" or "Blocking" && SymbolEqualityComparer.Default.Equals(method.ContainingType, _goroutine);

    /// <summary>Whether this method runs the delegates that it is given as goroutines or in one: Go, Scheduler.Run, a pool's Submit.</summary>
    internal bool RunsDelegates(IMethodSymbol method) => IsOfRuntime(method.ContainingType) && !IsBlockingScope(method);

    /// <summary>How the function runs in which the operation stands, and which it is.</summary>
    internal RunsAs Classify(IOperation operation, ISymbol containing, out IMethodSymbol? function)
    {
        for (var at = operation.Parent; at is not null; at = at.Parent)
        {
            if (at is ILocalFunctionOperation local)
            {
                function = local.Symbol;
                return ClassifyMethod(local.Symbol);
            }
            if (at is IAnonymousFunctionOperation lambda)
            {
                function = lambda.Symbol;
                return IsRun(lambda) ? RunsAs.Goroutine : RunsAs.Other;
            }
        }
        function = containing as IMethodSymbol;
        return function is null ? RunsAs.Other : ClassifyMethod(function);
    }

    /// <summary>The method that the runtime is given to run, in <c>Go(Work)</c>; null if it is given elsewhere.</summary>
    internal IMethodSymbol? StartedBy(IMethodReferenceOperation reference) =>
        Receiver(reference) is { } method && RunsDelegates(method) ? reference.Method.OriginalDefinition : null;

    private bool IsRun(IAnonymousFunctionOperation lambda) =>
        Receiver(lambda) is { } method && IsOfRuntime(method.ContainingType)
            ? RunsDelegates(method)
            : IsGoTask(lambda.Symbol.ReturnType);

    private RunsAs ClassifyMethod(IMethodSymbol method) => IsGoTask(method.ReturnType) ? RunsAs.Goroutine : RunsAs.IfStarted;

    private bool IsOfRuntime(ITypeSymbol? type) =>
        type is not null && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, _goTask.ContainingAssembly);

    /// <summary>The method that gets this function as an argument.</summary>
    private static IMethodSymbol? Receiver(IOperation function)
    {
        var at = function.Parent;
        while (at is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation or IConditionalOperation)
            at = at.Parent;
        return at is not IArgumentOperation argument ? null : argument.Parent switch
        {
            IInvocationOperation call => call.TargetMethod,
            IObjectCreationOperation creation => creation.Constructor,
            _ => null,
        };
    }
}
