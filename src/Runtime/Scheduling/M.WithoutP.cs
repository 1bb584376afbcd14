namespace Gmp;

// The model without P (Go before 1.1): what an M has instead is one of the scheduler's running slots, which says that it may run, and nothing more.
//
// Slots are objects of the same type as Ps, whose rings stay empty: idle lists, waking, the end of surplus ones and the lanes in a trace are then the same
// for both models. What makes the difference is that the M keeps its slot where the hot paths do not look. They look for a P, find none, and go
// the way of an M that has lost its P: everything through the global queue and its lock. So the model costs those who do not use it nothing: it is
// asked for only where an M takes a slot, parts with it, and where a P is missing. Rejected: a P with a ring of no capacity, which
// makes every put and get test for it.
internal sealed partial class M
{
    private P? _slot;

    /// <summary>The P or slot, for dumps: a moment's truth.</summary>
    internal P? PSeen => _p ?? _slot;

    /// <summary>Whether it is a slot that this M takes and gives back.</summary>
    private bool HasSlot => Scheduler.IsWithoutP;
}
