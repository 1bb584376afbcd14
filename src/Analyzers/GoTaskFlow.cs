using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gmp.Analyzers;

/// <summary>Follows the GoTasks in locals along the control flow of one function: which await comes after which.</summary>
internal sealed class GoTaskFlow
{
    private readonly List<Event>[] _events;
    private readonly ControlFlowGraph _graph;

    private GoTaskFlow(ControlFlowGraph graph)
    {
        _graph = graph;
        _events = new List<Event>[graph.Blocks.Length];
        foreach (var block in graph.Blocks)
            _events[block.Ordinal] = [.. EventsOf(block)];
    }

    /// <summary>Of the function and of every lambda and local function in it.</summary>
    internal static IEnumerable<GoTaskFlow> AllIn(ControlFlowGraph graph, CancellationToken cancellation)
    {
        yield return new GoTaskFlow(graph);
        foreach (var local in graph.LocalFunctions)
        {
            foreach (var inner in AllIn(graph.GetLocalFunctionControlFlowGraph(local, cancellation), cancellation))
                yield return inner;
        }
        foreach (var block in graph.Blocks)
        {
            var operations = block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations;
            foreach (var lambda in operations.SelectMany(o => o.InOrder()).OfType<IFlowAnonymousFunctionOperation>())
            {
                foreach (var inner in AllIn(graph.GetAnonymousFunctionControlFlowGraph(lambda, cancellation), cancellation))
                    yield return inner;
            }
        }
    }

    internal IEnumerable<(SyntaxNode Where, IOperation Call, string What)> Mistakes(GoroutineCode code)
    {
        var seen = new HashSet<SyntaxNode>();
        for (int block = 0; block < _events.Length; block++)
        {
            for (int i = 0; i < _events[block].Count; i++)
            {
                var from = _events[block][i];
                if (from.Local is null || !code.IsGoTask(from.Local.Type))
                    continue;
                if (from.IsAwait)
                {
                    foreach (var second in FirstAfter(block, i, e => e.IsAwait && IsOf(e, from.Local), stop: e => IsOf(e, from.Local)))
                    {
                        if (seen.Add(second.Operation.Syntax))
                            yield return (second.Operation.Syntax, ((IAwaitOperation)second.Operation).Operation, "is awaited twice: the second await throws. Await each call once.");
                    }
                }
                else if (from.Call is { } call && code.IsGoTask(call.Type) && IsAwaitedLate(block, i, from.Local) && seen.Add(call.Syntax))
                {
                    yield return (call.Syntax, call, "is awaited only after another await, which throws if this call waits. Await it where it is called.");
                }
            }
        }
    }

    private bool IsAwaitedLate(int block, int index, ILocalSymbol local)
    {
        foreach (var other in FirstAfter(block, index, e => e.IsAwait && !IsOf(e, local), stop: e => IsOf(e, local)))
        {
            if (FirstAfter(other.Block, other.Index, e => e.IsAwait && IsOf(e, local), stop: e => IsOf(e, local)).Any())
                return true;
        }
        return false;
    }

    private static bool IsOf(Event e, ILocalSymbol local) => SymbolEqualityComparer.Default.Equals(e.Local, local);

    /// <summary>The first events of the kind that can come next on each way; ways end there and at <paramref name="stop"/>.</summary>
    private IEnumerable<Event> FirstAfter(int block, int index, Func<Event, bool> isWanted, Func<Event, bool> stop)
    {
        var entered = new HashSet<int>();
        var open = new Stack<(int Block, int Index)>();
        open.Push((block, index + 1));
        while (open.Count != 0)
        {
            var (at, i) = open.Pop();
            var events = _events[at];
            bool ended = false;
            for (; i < events.Count && !ended; i++)
            {
                if (isWanted(events[i]))
                    yield return events[i];
                ended = isWanted(events[i]) || stop(events[i]);
            }
            if (ended)
                continue;
            var here = _graph.Blocks[at];
            foreach (var next in new[] { here.FallThroughSuccessor?.Destination, here.ConditionalSuccessor?.Destination })
            {
                if (next is not null && entered.Add(next.Ordinal))
                    open.Push((next.Ordinal, 0));
            }
        }
    }

    private static IEnumerable<Event> EventsOf(BasicBlock block)
    {
        var operations = block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations;
        int index = 0;
        foreach (var operation in operations.SelectMany(o => o.InOrder()))
        {
            if (operation is IAwaitOperation await)
            {
                var awaited = await.Operation.WithoutConversions() as ILocalReferenceOperation;
                yield return new Event(operation, awaited?.Local, isAwait: true, call: null, block.Ordinal, index++);
            }
            else if (operation is ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment)
            {
                var call = assignment.Value.WithoutConversions() as IInvocationOperation;
                yield return new Event(operation, target.Local, isAwait: false, call, block.Ordinal, index++);
            }
        }
    }

    /// <summary>An await, of a local or of something else, or an assignment to a local.</summary>
    private readonly struct Event(IOperation operation, ILocalSymbol? local, bool isAwait, IInvocationOperation? call, int block, int index)
    {
        internal IOperation Operation { get; } = operation;

        internal ILocalSymbol? Local { get; } = local;

        internal bool IsAwait { get; } = isAwait;

        internal IInvocationOperation? Call { get; } = call;

        internal int Block { get; } = block;

        internal int Index { get; } = index;
    }
}
