namespace Gmp.Tests.Linearizability;

/// <summary>What a thing does when one operation happens after the other, in no time. The model is what the thing is held against.</summary>
/// <typeparam name="TState">Its state, a value: equal states are one state.</typeparam>
public abstract class SequentialModel<TState>
    where TState : struct, IEquatable<TState>
{
    public abstract TState Initial { get; }

    /// <summary>Lets an operation happen.</summary>
    /// <returns>False if it cannot happen in this state with the result that it had.</returns>
    public abstract bool TryStep(TState state, Operation operation, out TState next);

    /// <summary>
    /// Lets two operations happen as one step. This is what an unbuffered channel needs: no order of its send and its receive, one after the
    /// other, is what happened, since neither is there without the other. (A history is then set-linearizable: steps are sets of operations
    /// that overlap.)
    /// </summary>
    public virtual bool TryMeet(TState state, Operation one, Operation other, out TState next)
    {
        next = state;
        return false;
    }
}
