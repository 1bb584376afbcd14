namespace Gmp.Analysis.Sampling;

/// <summary>Which instruction of a method's IL a place in its machine code came from. Sparse in optimized code: the entry before a place speaks for it.</summary>
internal sealed class ILMap
{
    private readonly int[] _native;
    private readonly int[] _il;

    private ILMap(int[] native, int[] il) => (_native, _il) = (native, il);

    /// <summary>Makes a map.</summary>
    /// <param name="il">Offsets in the IL; negative ones stand for what has none: the prologue, the epilogue, code of the compiler's own.</param>
    /// <param name="native">The offsets in the machine code where they begin, in any order.</param>
    public static ILMap Of(ReadOnlySpan<int> il, ReadOnlySpan<int> native)
    {
        var (keys, values) = (native.ToArray(), il.ToArray());
        // Where several begin at one place, the last that has an offset speaks: those before it are empty.
        long[] order = new long[keys.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = ((long)keys[i] << 32) | (uint)i;
        Array.Sort(order);
        for (int i = 0; i < order.Length; i++)
        {
            keys[i] = native[(int)(uint)order[i]];
            values[i] = il[(int)(uint)order[i]];
        }
        return new ILMap(keys, values);
    }

    /// <summary>The IL offset of a place; -1 if nothing before it has one.</summary>
    public int ILOffset(int nativeOffset)
    {
        int at = Array.BinarySearch(_native, nativeOffset);
        at = at < 0 ? ~at - 1 : at;
        while (at + 1 < _native.Length && _native[at + 1] == nativeOffset)
            at++;
        while (at >= 0 && _il[at] < 0)
            at--;
        return at < 0 ? -1 : _il[at];
    }
}
