namespace Gmp.Tracing;

/// <summary>Numbers for what goroutines wait on, as traces know it: channels, locks and the like share them, so that one number is one object.</summary>
internal static class ObjectIds
{
    private static long s_last;

    /// <summary>The id in <paramref name="id"/>, which is given when first asked for: most objects are never waited on while anybody listens.</summary>
    internal static long Of(ref long id)
    {
        if (Volatile.Read(ref id) == 0)
            Interlocked.CompareExchange(ref id, Interlocked.Increment(ref s_last), 0);
        return id;
    }
}
