using Gmp;

/// <summary>A wait with a stack.</summary>
internal static class Waiting
{
    internal static async GoTask Forever(Chan<int> chan) => await Inner(chan);

    private static async GoTask<int> Inner(Chan<int> chan) => await chan.Receive();
}
