using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gmp.Analyzers;

/// <summary>Whether a loop can come to its end by what it does itself, or only by what others do: a flag, a clock, a cancellation.</summary>
/// <remarks>
/// Asked of the loop's condition and of the conditions of each break and return in it. In doubt the answer is yes: a method call may make
/// progress, a field may be changed by the loop's calls into the program's own code, and an exception ends any loop.
/// </remarks>
internal sealed class LoopEnds
{
    private readonly ILoopOperation _loop;
    private readonly GoroutineCode _code;
    private readonly HashSet<ISymbol> _written = new(SymbolEqualityComparer.Default);
    private readonly bool _runsOwnCode;

    internal LoopEnds(ILoopOperation loop, GoroutineCode code)
    {
        _loop = loop;
        _code = code;
        foreach (var operation in loop.Descendants())
        {
            if (WrittenBy(operation) is { } variable)
                _written.Add(variable);
            _runsOwnCode |= operation is IInvocationOperation call &&
                (call.TargetMethod.MethodKind == MethodKind.DelegateInvoke ||
                 SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingAssembly, code.Compilation.Assembly));
        }
        // A variable of the loop is new in each turn.
        foreach (var local in loop.Locals)
            _written.Add(local);
    }

    internal bool ByItsOwnWork(IOperation? condition)
    {
        if (condition is not null && condition.ConstantValue is not { HasValue: true } && CanEnd(condition, endsWhen: false))
            return true;
        foreach (var operation in _loop.OfSameFunction())
        {
            if (IsExit(operation) && IsReached(operation))
                return true;
        }
        return false;
    }

    private bool IsExit(IOperation operation) => operation switch
    {
        IReturnOperation exit => exit.Kind == OperationKind.Return,
        IBranchOperation { BranchKind: BranchKind.Break } exit => SymbolEqualityComparer.Default.Equals(exit.Target, _loop.ExitLabel),
        // Where to is not followed.
        IBranchOperation { BranchKind: BranchKind.GoTo } => true,
        _ => false,
    };

    /// <summary>Whether the loop's work can bring it to this exit: through all that stands around it, or one thing that makes progress.</summary>
    private bool IsReached(IOperation exit)
    {
        bool isConditional = false;
        var below = exit;
        for (var at = exit.Parent; at is not null && !ReferenceEquals(at, _loop); below = at, at = at.Parent)
        {
            switch (at)
            {
                case IConditionalOperation choice when !ReferenceEquals(below, choice.Condition):
                    isConditional = true;
                    if (CanEnd(choice.Condition, endsWhen: ReferenceEquals(below, choice.WhenTrue)))
                        return true;
                    break;
                case ISwitchOperation choice when !ReferenceEquals(below, choice.Value):
                    isConditional = true;
                    if (CanEnd(choice.Value, endsWhen: true))
                        return true;
                    break;
                case ICatchClauseOperation or IForEachLoopOperation:
                    return true;
                case IWhileLoopOperation { Condition: { } inner } when CanEnd(inner, endsWhen: true):
                case IForLoopOperation { Condition: { } innerFor } when CanEnd(innerFor, endsWhen: true):
                    return true;
                default:
                    break;
            }
        }
        return !isConditional;
    }

    /// <summary>Whether the loop can make <paramref name="condition"/> become <paramref name="endsWhen"/>.</summary>
    private bool CanEnd(IOperation condition, bool endsWhen)
    {
        switch (condition)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return CanEnd(not.Operand, !endsWhen);
            case IAssignmentOperation or IIncrementOrDecrementOperation or IDynamicInvocationOperation or IObjectCreationOperation:
                return true;
            case IInvocationOperation call:
                if (OutsideState.IsRead(call.TargetMethod))
                    return call.Arguments.Any(a => CanEnd(a.Value, endsWhen));
                // while (!ch.TryReceive(...)) waits for others; while (ch.TryReceive(...)) empties what there is.
                return !(endsWhen && call.TargetMethod.Name.StartsWith("Try", StringComparison.Ordinal)
                    && _code.RunsDelegates(call.TargetMethod));
            case ILocalReferenceOperation local:
                return _written.Contains(local.Local) || (_runsOwnCode && IsWrittenInAFunction(local.Local));
            case IParameterReferenceOperation parameter:
                return _written.Contains(parameter.Parameter);
            case IFieldReferenceOperation { Field.IsConst: true }:
                return false;
            case IFieldReferenceOperation field:
                return _written.Contains(field.Field)
                    || (!field.Field.IsVolatile && !field.Field.IsReadOnly && _runsOwnCode)
                    || (field.Instance is { } owner && CanEnd(owner, endsWhen));
            case IPropertyReferenceOperation property:
                return CanChange(property, endsWhen);
            case IIsPatternOperation { Pattern: not (IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation }) } match:
                return CanEnd(match.Value, endsWhen) || IsUsedBeside(match.Value, match);
            case IArrayElementReferenceOperation element:
                return IsUsedBeside(element.ArrayReference, condition) || element.Indices.Any(i => CanEnd(i, endsWhen));
            default:
                return condition.ChildOperations.Any(c => CanEnd(c, endsWhen));
        }
    }

    private bool CanChange(IPropertyReferenceOperation property, bool endsWhen)
    {
        // DateTime.UtcNow.Ticks: what is read of it changes as it does.
        if (OutsideState.IsRead(property.Property) || property.Instance is IPropertyReferenceOperation { Property: var whole } && OutsideState.IsRead(whole))
            return false;
        return _runsOwnCode
            || property.Arguments.Any(a => CanEnd(a.Value, endsWhen))
            || (property.Instance is { } owner && (CanEnd(owner, endsWhen) || IsUsedBeside(owner, property)));
    }

    /// <summary>Whether the loop does anything with the object besides reading it here: a call on it may change what is read.</summary>
    private bool IsUsedBeside(IOperation owner, IOperation here)
    {
        if (owner.Variable() is not { } variable)
            return owner is not IInstanceReferenceOperation;
        return _loop.Descendants().Any(o =>
            SymbolEqualityComparer.Default.Equals(o.Variable(), variable) && !here.Syntax.Span.Contains(o.Syntax.Span));
    }

    private bool IsWrittenInAFunction(ILocalSymbol local)
    {
        foreach (var operation in _loop.Root().Descendants())
        {
            if (operation is IAnonymousFunctionOperation or ILocalFunctionOperation &&
                operation.Descendants().Any(o => SymbolEqualityComparer.Default.Equals(WrittenBy(o), local)))
                return true;
        }
        return false;
    }

    private static ISymbol? WrittenBy(IOperation operation) => operation switch
    {
        IAssignmentOperation assignment => assignment.Target.Variable(),
        IIncrementOrDecrementOperation step => step.Target.Variable(),
        IVariableDeclaratorOperation declarator => declarator.Symbol,
        IDeclarationPatternOperation pattern => pattern.DeclaredSymbol,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument when !IsVolatileRead(argument) => argument.Value.Variable(),
        IAddressOfOperation address => address.Reference.Variable(),
        // (a, b) = ...: whatever stands in a tuple that is a target.
        ILocalReferenceOperation { Parent: ITupleOperation { Parent: IDeconstructionAssignmentOperation } } local => local.Local,
        ILocalReferenceOperation { IsDeclaration: true } local => local.Local,
        IFieldReferenceOperation { Parent: ITupleOperation { Parent: IDeconstructionAssignmentOperation } } field => field.Field,
        _ => null,
    };

    private static bool IsVolatileRead(IArgumentOperation argument) =>
        argument.Parent is IInvocationOperation call && OutsideState.IsRead(call.TargetMethod);
}
