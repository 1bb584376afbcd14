using Gmp.Analysis.Reading.Nettrace;

namespace Gmp.Analysis.Reading;

/// <summary>For a recorder whose stream broke off in the middle of a block: what of the block is still good.</summary>
public static class CutBlock
{
    /// <summary>How many bytes of a block of events or metadata are whole events, its own header included; 0 if there is none.</summary>
    /// <param name="block">What there is of the block, after its size and padding.</param>
    public static int WholeBytes(ReadOnlySpan<byte> block)
    {
        var events = new EventBlobs(block);
        int whole = 0;
        while (events.MoveNext())
            whole = events.Position;
        return whole;
    }
}
