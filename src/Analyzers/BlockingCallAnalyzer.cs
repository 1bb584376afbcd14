using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Gmp.Analyzers;

/// <summary>GMPA002: a goroutine calls what blocks its thread, outside <c>Syscall(...)</c> and <c>Blocking(...)</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingCallAnalyzer : GoroutineAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.BlockingCall];

    private protected override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.Invocation, OperationKind.PropertyReference];

    private protected override Func<IOperation, Diagnostic?> NewJudge(GoroutineCode code)
    {
        var blocking = new BlockingCalls(code.Compilation);
        return operation => Blocks(operation, blocking)
            ? Diagnostic.Create(Rules.BlockingCall, operation.Syntax.GetLocation(), NameOf(operation), AdviceFor(operation))
            : null;
    }

    /// <summary>Whether the operation is a call that blocks its thread.</summary>
    internal static bool Blocks(IOperation operation, BlockingCalls blocking) => operation switch
    {
        IPropertyReferenceOperation { Instance: { } task } property =>
            blocking.IsTaskResult(property.Property) && !IsKnownToHaveEnded(task, operation),
        IInvocationOperation call =>
            blocking.Contains(call.TargetMethod, call.Instance?.WithoutConversions().Type) && !OnlyLooks(call) &&
            !(TaskOf(call) is { } task && IsKnownToHaveEnded(task, operation)),
        _ => false,
    };

    /// <summary>A wait of no time asks and goes on.</summary>
    private static bool OnlyLooks(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Name is not ("millisecondsTimeout" or "milliseconds" or "timeout" or "microSeconds"))
                continue;
            if (argument.Value.WithoutConversions() is { ConstantValue: { HasValue: true, Value: 0 } }
                or IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } })
                return true;
        }
        return false;
    }

    /// <summary>The task that the call waits for: of <c>t.Wait()</c>, <c>t.GetAwaiter().GetResult()</c>, <c>t.ConfigureAwait(false)...</c>.</summary>
    private static IOperation? TaskOf(IInvocationOperation call)
    {
        var at = call.Instance;
        while (at is IInvocationOperation { TargetMethod.Name: "GetAwaiter" or "ConfigureAwait" } inner)
            at = inner.Instance;
        return at;
    }

    /// <summary>A task that was awaited above, or whose end was asked for, is read, not waited for.</summary>
    private static bool IsKnownToHaveEnded(IOperation task, IOperation here)
    {
        if (task.Variable() is not { } variable)
            return false;
        foreach (var before in here.Root().Descendants())
        {
            if (before.Syntax.SpanStart >= here.Syntax.SpanStart)
                continue;
            bool looks = before is IAwaitOperation or IPropertyReferenceOperation
            {
                Property.Name: "IsCompleted" or "IsCompletedSuccessfully" or "IsFaulted" or "Status"
            };
            if (looks && before.Descendants().Any(o => SymbolEqualityComparer.Default.Equals(o.Variable(), variable)))
                return true;
        }
        return false;
    }

    private static string NameOf(IOperation operation)
    {
        var member = operation is IInvocationOperation call ? call.TargetMethod : ((IPropertyReferenceOperation)operation).Member;
        return $"{member.ContainingType.Name}.{member.Name}";
    }

    private static string AdviceFor(IOperation operation)
    {
        if (operation is not IInvocationOperation { TargetMethod: { } method } || method.Name == "GetResult")
            return "Await the task";
        return method switch
        {
            { Name: "Sleep" } => "Use 'await Sleep(...)'",
            { ContainingType.Name: "Task" } => "Await the task",
            { ContainingType.Name: "BlockingCollection" } => "Use a Chan<T>, or run it in 'await Blocking(() => ...)'",
            { ContainingType.Name: "ManualResetEventSlim" or "CountdownEvent" or "Barrier" or "Monitor" } =>
                "Use a channel, a WaitGroup or a GoCond, or run it in 'await Blocking(() => ...)'",
            _ => "Await its asynchronous counterpart if it has one, or run it in 'await Blocking(() => ...)'",
        };
    }
}
