namespace Gmp;

// What an M keeps while somebody measures how long switches take. Its own.
internal sealed partial class M
{
    /// <summary>Since when the goroutine runs, in ticks; 0 while none does, or nobody measures.</summary>
    internal long RunsSince;

    internal Sampler LatencySampler;
    internal Sampler SliceSampler;
}
