using Gmp.Interleaving;

namespace System.Threading;

/// <summary>Stands in for System.Threading.Lock, by which name the compiler knows it in a lock statement. Who would block is not chosen.</summary>
#pragma warning disable CS9216 // it is meant to be an object here
internal sealed class Lock
{
    private Strand? _owner;
    private int _depth;

    public Scope EnterScope()
    {
        Enter();
        return new Scope(this);
    }

    public void Enter()
    {
        var strand = Carrier.Strand;
        if (strand is null)
            return;   // the controller, while every strand waits
        strand.Schedule.Step(strand, "lock", "", "", 0);
        strand.Drain();
        if (Mutation.Hits(Break.Lock))
            return;
        while (_owner is not null && _owner != strand)
            strand.Schedule.Block(strand, this);
        _owner = strand;
        _depth++;
    }

    public bool TryEnter()
    {
        var strand = Carrier.Strand;
        if (strand is not null)
        {
            strand.Schedule.Step(strand, "try lock", "", "", 0);
            strand.Drain();
            if (_owner is not null && _owner != strand)
                return false;
            _owner = strand;
            _depth++;
        }
        return true;
    }

    public void Exit()
    {
        var strand = Carrier.Strand;
        if (strand is null || _owner != strand)
            return;
        // No step of its own, and none that could throw: it unwinds too. The next step comes soon enough.
        strand.Drain();
        if (--_depth != 0)
            return;
        _owner = null;
        strand.Schedule.Wake(this);
    }

    /// <summary>What the lock statement disposes.</summary>
    public readonly ref struct Scope(Lock owner)
    {
        public void Dispose() => owner.Exit();
    }
}
