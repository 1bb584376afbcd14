using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gmp;

/// <summary>The free frames of one kind on one thread, last in, first out.</summary>
/// <remarks>
/// An array, not a linked list: what comes and goes in a loop meets its old slot with itself still in it, so nothing is written that the GC must
/// hear of. That is why a slot is not cleared when its frame is taken; a free frame refers to nothing, and one in use belongs to a goroutine that is
/// alive by itself.
/// </remarks>
internal sealed class FramePool<TFrame>
    where TFrame : GoFrame
{
    /// <summary>
    /// Free frames that a thread keeps of each kind. Enough for a burst of goroutines that come and go on one P; more would only pin
    /// memory after a peak.
    /// </summary>
    private const int Most = 256;

    private TFrame?[] _frames = new TFrame?[4];
    private int _count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TFrame? Take()
    {
        int last = _count - 1;
        if (last < 0)
            return null;
        _count = last;
        return Slot(last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Put(TFrame frame)
    {
        int count = _count;
        if (count == _frames.Length && !Grow())
            return;
        ref var slot = ref Slot(count);
        if (slot != frame)
            slot = frame;
        _count = count + 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Grow()
    {
        if (_count == Most)
            return false;
        Array.Resize(ref _frames, _count * 2);
        return true;
    }

    // No test of the type, which an array of references makes at each write: the type is sealed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref TFrame? Slot(int at) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_frames), at);
}
