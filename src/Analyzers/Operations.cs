using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gmp.Analyzers;

/// <summary>Walks over operations.</summary>
internal static class Operations
{
    /// <summary>What is below, without the lambdas and local functions in it: those run at another time.</summary>
    internal static IEnumerable<IOperation> OfSameFunction(this IOperation operation)
    {
        foreach (var child in operation.ChildOperations)
        {
            yield return child;
            if (child is IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;
            foreach (var below in child.OfSameFunction())
                yield return below;
        }
    }

    /// <summary>All that is below, the operation last: the order in which it is evaluated.</summary>
    internal static IEnumerable<IOperation> InOrder(this IOperation operation)
    {
        foreach (var child in operation.ChildOperations)
        {
            foreach (var below in child.InOrder())
                yield return below;
        }
        yield return operation;
    }

    /// <summary>The operation that the whole body is.</summary>
    internal static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }

    /// <summary>The variable that is read or written: a local, a parameter or a field.</summary>
    internal static ISymbol? Variable(this IOperation? operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IConversionOperation conversion => conversion.Operand.Variable(),
        _ => null,
    };

    /// <summary>The value without the conversions around it.</summary>
    internal static IOperation WithoutConversions(this IOperation operation)
    {
        while (operation is IConversionOperation conversion)
            operation = conversion.Operand;
        return operation;
    }
}
