using Gmp.Interleaving;

namespace Gmp;

internal static partial class Interleave
{
    static partial void OnRead<T>(ref readonly T location)
    {
        if (Carrier.Strand is not { } strand)
            return;
        strand.Schedule.Step(strand, "plain read", "", "", 0);
        // The read that follows sees memory only: what it would get from the store buffer must be there, which x64 may have done by then.
        if (strand.Stores.Count != 0 && strand.TryForward(in location, out _))
            strand.Drain();
    }

    static partial void OnWrite()
    {
        if (Carrier.Strand is not { } strand)
            return;
        strand.Schedule.Step(strand, "plain write", "", "", 0);
        // The write that follows goes to memory at once, and stores keep their order.
        strand.Drain();
    }
}
