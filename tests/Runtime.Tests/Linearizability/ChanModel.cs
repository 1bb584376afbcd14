using System.Globalization;

namespace Gmp.Tests.Linearizability;

/// <summary>A channel's state: up to seven values below 256, oldest first.</summary>
/// <param name="Values">A byte each, the oldest lowest.</param>
/// <param name="Count">How many.</param>
/// <param name="IsClosed">Whether it is closed.</param>
public readonly record struct ChanState(ulong Values, int Count, bool IsClosed)
{
    public override string ToString()
    {
        var values = new string[Count];
        for (int i = 0; i < Count; i++)
            values[i] = ((Values >> (8 * i)) & 0xff).ToString(CultureInfo.InvariantCulture);
        return $"[{string.Join(' ', values)}]{(IsClosed ? " closed" : "")}";
    }
}

/// <summary>Go's channel (spec: channel types, send, receive, close). An unbuffered one holds nothing: there a send and a receive meet.</summary>
/// <param name="capacity">From 0 to 7.</param>
public sealed class ChanModel(int capacity) : SequentialModel<ChanState>
{
    public const string Send = "Send", Receive = "Receive", TrySend = "TrySend", TryReceive = "TryReceive", Close = "Close";

    public override ChanState Initial => default;

    public override bool TryStep(ChanState state, Operation operation, out ChanState next)
    {
        ArgumentNullException.ThrowIfNull(operation);
        next = state;
        switch (operation.Call)
        {
            case Send or TrySend when operation.Ending == Ending.Closed:
                return state.IsClosed;
            case TrySend when operation.Ending == Ending.Refused:
                // Unbuffered: nobody waits to receive. One that has called and does not wait yet looks the same from outside.
                return !state.IsClosed && state.Count == capacity;
            case Send or TrySend:
                next = state with { Values = state.Values | ((ulong)operation.Argument << (8 * state.Count)), Count = state.Count + 1 };
                return !state.IsClosed && state.Count < capacity;
            case Receive or TryReceive when operation.Ending == Ending.Closed:
                return state.IsClosed && state.Count == 0;
            case TryReceive when operation.Ending == Ending.Refused:
                return !state.IsClosed && state.Count == 0;
            case Receive or TryReceive:
                next = state with { Values = state.Values >> 8, Count = state.Count - 1 };
                return state.Count > 0 && (long)(state.Values & 0xff) == operation.Value;
            default:
                next = state with { IsClosed = true };
                return state.IsClosed == (operation.Ending == Ending.Closed);
        }
    }

    public override bool TryMeet(ChanState state, Operation one, Operation other, out ChanState next)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        next = state;
        // One of the two waits for the other: two that only try never meet.
        return capacity == 0 && !state.IsClosed
            && one.Call is Send or TrySend && other.Call is Receive or TryReceive && !(one.Call == TrySend && other.Call == TryReceive)
            && one.Ending == Ending.Done && other.Ending == Ending.Done && other.Value == one.Argument;
    }
}
