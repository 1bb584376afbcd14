namespace Gmp.Tests.Linearizability;

/// <summary>How far the ring and the global queue have been filled and emptied. What is in them follows from it: one owner fills both, in an order that is known.</summary>
/// <param name="Head">How many have left the ring.</param>
/// <param name="Tail">How many have come into it.</param>
/// <param name="GlobalHead">How many have left the global queue.</param>
/// <param name="GlobalTail">How many have come into it.</param>
public readonly record struct RingState(int Head, int Tail, int GlobalHead, int GlobalTail)
{
    public override string ToString() => $"{Tail - Head} in the ring, {GlobalTail - GlobalHead} in the global queue";
}

/// <summary>A P's ring of 256 with the global queue behind it: the owner puts, gets and moves half away, thieves take from the old end.</summary>
public sealed class RingModel : SequentialModel<RingState>
{
    public const string Put = "Put", Get = "Get", Steal = "Steal", TakeHalf = "TakeHalf";
    public const string PutGlobal = "PutGlobal", GetGlobal = "GetGlobal", Rest = "Rest", RestGlobal = "RestGlobal";

    private const int Capacity = 256;
    private readonly List<long> _ring;
    private readonly List<long> _global = [];
    private readonly int _filled;

    /// <summary>Makes the model for one history.</summary>
    /// <param name="filled">What was in the ring before.</param>
    /// <param name="operations">The history.</param>
    public RingModel(IReadOnlyList<long> filled, IReadOnlyList<Operation> operations)
    {
        ArgumentNullException.ThrowIfNull(filled);
        ArgumentNullException.ThrowIfNull(operations);
        _ring = [.. filled];
        _filled = filled.Count;
        foreach (var one in operations)
        {
            if (one.Call == Put && one.Ending == Ending.Done)
                _ring.Add(one.Argument);
            else if (one.Call == PutGlobal)
                _global.AddRange(one.Values!);
        }
    }

    public override RingState Initial => new(0, _filled, 0, 0);

    public override bool TryStep(RingState state, Operation operation, out RingState next)
    {
        ArgumentNullException.ThrowIfNull(operation);
        next = state;
        int length = state.Tail - state.Head;
        bool refused = operation.Ending == Ending.Refused;
        switch (operation.Call)
        {
            case Put:
                next = refused ? state : state with { Tail = state.Tail + 1 };
                return length == Capacity == refused;
            case Get or Steal when refused:
                return length == 0;
            case Get:
                next = state with { Head = state.Head + 1 };
                return length > 0 && _ring[state.Head] == operation.Value;
            case Steal:
                // The larger half of what it saw; the owner may have put more since.
                int most = length - (length / 2);
                next = state with { Head = state.Head + operation.Values!.Length };
                return operation.Values.Length <= most && IsNext(_ring, state.Head, operation.Values);
            case TakeHalf:
                // In vain only if thieves made room.
                next = refused ? state : state with { Head = state.Head + (Capacity / 2) };
                return refused ? length < Capacity
                    : length == Capacity && operation.Values!.Length == Capacity / 2 && IsNext(_ring, state.Head, operation.Values);
            case PutGlobal:
                next = state with { GlobalTail = state.GlobalTail + operation.Values!.Length };
                return true;
            case GetGlobal when refused:
                return state.GlobalHead == state.GlobalTail;
            case GetGlobal:
                next = state with { GlobalHead = state.GlobalHead + 1 };
                return state.GlobalHead < state.GlobalTail && _global[state.GlobalHead] == operation.Value;
            case Rest:
                next = state with { Head = state.Tail };
                return length == operation.Values!.Length && IsNext(_ring, state.Head, operation.Values);
            default:
                next = state with { GlobalHead = state.GlobalTail };
                return state.GlobalTail - state.GlobalHead == operation.Values!.Length && IsNext(_global, state.GlobalHead, operation.Values);
        }
    }

    private static bool IsNext(List<long> queue, int head, long[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (head + i >= queue.Count || queue[head + i] != values[i])
                return false;
        }
        return true;
    }
}
