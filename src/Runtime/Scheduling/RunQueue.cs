using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gmp;

/// <summary>
/// A P's ring of runnable goroutines: one producer, its owner; many consumers, the owner and thieves (Go: runtime/proc.go: runqput,
/// runqget, runqgrab).
/// </summary>
/// <remarks>
/// <c>_tail</c> is written by the owner only, with release after the slot, so a thief that sees it sees the goroutine. <c>_head</c> moves by
/// compare-and-swap only, which closes the race of two consumers for one goroutine. Both count up for ever and wrap; their difference
/// is the length.
/// </remarks>
internal sealed class RunQueue
{
    internal const int Capacity = 256;
    private const uint Mask = Capacity - 1;

    private readonly G?[] _ring = new G?[Capacity];
    private uint _head;
    private uint _tail;

    /// <summary>How many wait; from another thread, a moment's truth.</summary>
    internal int Count => (int)(Volatile.Read(ref _tail) - Volatile.Read(ref _head));

    /// <summary>Puts one at the tail. Owner only.</summary>
    /// <returns>False if the ring is full.</returns>
    internal bool TryPut(G g)
    {
        Interleave.BeforeRead(in _tail);
        uint tail = _tail;
        // Acquire: a slot that a consumer has left must be read before it is written again.
        if (tail - Volatile.Read(ref _head) >= Capacity)
            return false;
        Interleave.BeforeWrite();
        Slot(tail) = g;
        Volatile.Write(ref _tail, tail + 1);
        return true;
    }

    /// <summary>Takes the oldest. Owner only.</summary>
    internal G? Get()
    {
        while (true)
        {
            uint head = Volatile.Read(ref _head);
            Interleave.BeforeRead(in _tail);
            if (head == _tail)
                return null;
            Interleave.BeforeRead(in Slot(head));
            var g = Slot(head);
            if (Interlocked.CompareExchange(ref _head, head + 1, head) == head)
                return g;
        }
    }

    /// <summary>Takes the older half, oldest first, when the ring is full. Owner only.</summary>
    /// <param name="half">Room for so many.</param>
    /// <returns>False if thieves were faster and there is room again.</returns>
    internal bool TryTakeHalf(Span<G> half)
    {
        uint head = Volatile.Read(ref _head);
        Interleave.BeforeRead(in _tail);
        uint n = (_tail - head) / 2;
        if (n != Capacity / 2)
            return false;
        // The slots are read before the swap: after it they may be filled anew. A failed swap makes the reading void.
        for (uint i = 0; i < n; i++)
        {
            Interleave.BeforeRead(in Slot(head + i));
            half[(int)i] = Slot(head + i)!;
        }
        return Interlocked.CompareExchange(ref _head, head + n, head) == head;
    }

    /// <summary>Takes the larger half of this ring into <paramref name="thief"/>'s, but for one that is returned. Called by the thief's owner.</summary>
    /// <returns>The goroutine to run, or null if there was none; <paramref name="count"/> counts it.</returns>
    internal G? StealInto(RunQueue thief, out int count)
    {
        while (true)
        {
            uint head = Volatile.Read(ref _head);
            uint tail = Volatile.Read(ref _tail);
            uint n = tail - head;
            n -= n / 2;
            count = (int)n;
            if (n == 0)
                return null;
            if (n > Capacity / 2)
                continue;   // head and tail were read at different moments
            Interleave.BeforeRead(in thief._tail);
            uint into = thief._tail;
            for (uint i = 0; i < n; i++)
            {
                Interleave.BeforeWrite();
                thief.Slot(into + i) = Slot(head + i);
            }
            // Acquires what was copied. If it fails, the copies are not published and are overwritten next time.
            if (Interlocked.CompareExchange(ref _head, head + n, head) != head)
                continue;
            n--;
            var g = thief.Slot(into + n);
            if (n > 0)
                Volatile.Write(ref thief._tail, into + n);
            return g;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref G? Slot(uint position) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_ring), position & Mask);
}
