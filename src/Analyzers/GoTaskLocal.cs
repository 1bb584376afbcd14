using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gmp.Analyzers;

/// <summary>A local of type GoTask: which calls it is given, and whether anything reads it.</summary>
internal sealed class GoTaskLocal
{
    private readonly ILocalSymbol _local;

    private GoTaskLocal(ILocalSymbol local) => _local = local;

    /// <summary>The calls whose GoTask it is given.</summary>
    internal List<IOperation> Calls { get; } = [];

    /// <summary>Something other than an assignment to it mentions it.</summary>
    internal bool IsUsed { get; private set; }

    /// <summary>A lambda or local function mentions it that does not declare it: when that runs is not known.</summary>
    internal bool IsCaptured { get; private set; }

    internal static IEnumerable<GoTaskLocal> AllIn(IOperation block, GoroutineCode code)
    {
        var all = new Dictionary<ISymbol, GoTaskLocal>(SymbolEqualityComparer.Default);
        foreach (var operation in block.Descendants())
        {
            if (operation is not IVariableDeclaratorOperation declarator || !code.IsGoTask(declarator.Symbol.Type))
                continue;
            var local = all[declarator.Symbol] = new GoTaskLocal(declarator.Symbol);
            if ((declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer) is { } initializer)
                local.Add(initializer.Value);
        }
        foreach (var operation in block.Descendants())
        {
            if (operation is ILocalReferenceOperation reference && all.TryGetValue(reference.Local, out var local))
                local.Note(reference);
        }
        return all.Values;
    }

    private void Note(ILocalReferenceOperation reference)
    {
        if (reference.Parent is ISimpleAssignmentOperation assignment && ReferenceEquals(assignment.Target, reference))
            Add(assignment.Value);
        else
            IsUsed = true;
        if (!SymbolEqualityComparer.Default.Equals(FunctionOf(reference) ?? _local.ContainingSymbol, _local.ContainingSymbol))
            IsCaptured = true;
    }

    private void Add(IOperation value)
    {
        if (value.WithoutConversions() is IInvocationOperation call)
            Calls.Add(call);
    }

    private static IMethodSymbol? FunctionOf(IOperation operation)
    {
        for (var at = operation.Parent; at is not null; at = at.Parent)
        {
            if (at is IAnonymousFunctionOperation lambda)
                return lambda.Symbol;
            if (at is ILocalFunctionOperation local)
                return local.Symbol;
        }
        return null;
    }
}
