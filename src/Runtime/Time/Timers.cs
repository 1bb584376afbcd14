using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gmp;

/// <summary>
/// The timers of one P: sleeping goroutines and <see cref="RuntimeTimer"/>s by when they are due (Go: runtime/time.go: timers). A heap of four
/// children a node, as Go's: half the levels of a binary one, and the children of a node lie beside each other.
/// </summary>
/// <remarks>
/// <para>Any thread may use it. Its P's M does mostly, so the gate is rarely contended; others come to steal what is due, to stop a timer, and
/// to move all of them when the P goes. <see cref="Next"/> is read without the gate.</para>
/// <para>A timer that is stopped or set anew leaves its entry behind, which is thrown away when it comes to the top, when the heap is full, or
/// when such entries are the half of it. An entry and its timer know each other by the order number, which is never given twice in a scheduler.
/// Rejected: timers that know their place in the heap. Each step of a sift would write to one more object, where a million sleepers need no
/// such thing, and most timers that are stopped are far from the top.</para>
/// <para>The top is never stale: <see cref="Next"/> is the deadlock detector's only source, and a stopped timer is none.</para>
/// </remarks>
internal sealed class Timers(Scheduler scheduler, int id)
{
    /// <summary>No timer is pending.</summary>
    internal const long Never = long.MaxValue;

    private const int Arity = 4;
    private const int LeastCapacity = 16;
    private const int LeastStaleForSweep = 64;

    /// <summary>An array beyond this shrinks by half when three quarters of it are unused, so that the copying is paid by the removals before.</summary>
    private const int MostKeptCapacity = 4096;

    // An order number is the P's id, a count, and a bit that tells timers from goroutines, so that nobody must look at the object for that.
    private const int IdShift = 54;
    private const long IsTimer = 1, OrderStep = 2;

    private Entry[] _heap = [];
    private int _count;
    private int _stale;
    private long _lastOrder = (long)id << IdShift;
    private long _orderAtTrim;
    private long _next = Never;
    private SpinGate _gate;

    private struct Entry
    {
        internal long When;

        /// <summary>The order of equal times is the order of adding.</summary>
        internal long Order;

        internal object? What;

        internal readonly bool IsBefore(in Entry other) => When < other.When || (When == other.When && Order < other.Order);
    }

    /// <summary>When the first is due, in ticks; <see cref="Never"/> if none is pending.</summary>
    internal long Next => Volatile.Read(ref _next);

    /// <summary>More was due at the last look than was run at once. A moment's truth, for the order of what is left.</summary>
    internal bool IsBehind { get; set; }

    /// <summary>How many entries there are, with those that are stale; a moment's truth.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal int Capacity => Volatile.Read(ref _heap).Length;

    /// <summary>Whether it is empty and has an array that is worth a look: <see cref="TrimEmpty"/>. A moment's truth.</summary>
    internal bool MayTrim => Count == 0 && Capacity > LeastCapacity;

    /// <summary>Adds a goroutine that sleeps until its <see cref="G.SleepUntil"/>. It may be readied before this returns.</summary>
    /// <returns>True if it is the first to wake now: <see cref="Scheduler.EarlierTimer"/> must hear of it.</returns>
    internal bool Add(G g)
    {
        _gate.Enter();
        bool isFirst = Push(g.SleepUntil, _lastOrder += OrderStep, g);
        _gate.Exit();
        return isFirst;
    }

    /// <summary>Adds a timer, which is due at its <see cref="RuntimeTimer.When"/>. The caller holds the timer's gate.</summary>
    /// <returns>True if it is the first now.</returns>
    internal bool Add(RuntimeTimer timer)
    {
        _gate.Enter();
        if (_stale > LeastStaleForSweep && _stale > _count / 2)
            Sweep();
        long order = (_lastOrder += OrderStep) | IsTimer;
        timer.EnteredHeap(this, order);
        bool isFirst = Push(timer.When, order, timer);
        _gate.Exit();
        return isFirst;
    }

    /// <summary>A timer that was due at <paramref name="when"/> has parted with its entry.</summary>
    internal void Drop(long when)
    {
        _gate.Enter();
        _stale++;
        // Whoever made it the top did so before this, and thought it alive.
        if (when <= _next)
            RefreshTop();
        _gate.Exit();
    }

    /// <summary>Takes the first that is due: a <see cref="G"/>, or a <see cref="RuntimeTimer"/>, which must still be asked to <see cref="RuntimeTimer.Expire"/>.</summary>
    /// <param name="now">The time.</param>
    /// <param name="order">The entry's order number.</param>
    internal object? TakeDue(long now, out long order)
    {
        order = 0;
        if (now < Next)
            return null;
        _gate.Enter();
        object? due = null;
        if (_count != 0 && _heap[0].When <= now)
        {
            (due, order) = (_heap[0].What, _heap[0].Order);
            RemoveTop();
            RefreshTop();
        }
        _gate.Exit();
        return due;
    }

    /// <summary>
    /// Gives all to another P's timers, in order, because this P goes (Go: timers.take). The caller sees to it that nobody adds here any more:
    /// that is done by a P's owner, and for threads without one on the first P. May be called under the scheduler's lock.
    /// </summary>
    internal void MoveTo(Timers target)
    {
        if (Count == 0)
            return;
        // While one is in neither heap, no deadlock is certain.
        scheduler.ForeignWaitBegan();
        bool isFirst = false;
        while (TakeDue(Never, out long order) is { } what)
            isFirst |= what is G g ? target.Add(g) : ((RuntimeTimer)what).MoveTo(target, order);
        if (isFirst)
            scheduler.EarlierTimer(target.Next);
        scheduler.ForeignWaitEnded();
    }

    /// <summary>
    /// Gives the array back if the heap is empty and nothing was added since the last call: who adds one timer after another, a crowd of them too, keeps it.
    /// By sysmon.
    /// </summary>
    internal void TrimEmpty()
    {
        if (!MayTrim)
            return;
        _gate.Enter();
        if (_count == 0 && _lastOrder == _orderAtTrim)
            _heap = [];
        _orderAtTrim = _lastOrder;
        _gate.Exit();
    }

    private bool Push(long when, long order, object what)
    {
        if (_count == _heap.Length)
            MakeRoom();
        int at = _count;
        Volatile.Write(ref _count, at + 1);
        SiftUp(at, new Entry { When = when, Order = order, What = what });
        if (when >= _next)
            return false;
        Volatile.Write(ref _next, when);
        return true;
    }

    private void SiftUp(int at, Entry entry)
    {
        ref var heap = ref MemoryMarshal.GetArrayDataReference(_heap);
        while (at > 0)
        {
            int parent = (at - 1) / Arity;
            ref var above = ref Unsafe.Add(ref heap, parent);
            if (!entry.IsBefore(above))
                break;
            Unsafe.Add(ref heap, at) = above;
            at = parent;
        }
        Unsafe.Add(ref heap, at) = entry;
    }

    // By value: the entry may be the very one in the array that is written over first.
    private void SiftDown(int at, Entry entry)
    {
        ref var heap = ref MemoryMarshal.GetArrayDataReference(_heap);
        while (true)
        {
            int child = (at * Arity) + 1;
            if (child >= _count)
                break;
            int end = Math.Min(child + Arity, _count);
            int first = child;
            while (++child < end)
            {
                if (Unsafe.Add(ref heap, child).IsBefore(Unsafe.Add(ref heap, first)))
                    first = child;
            }
            if (!Unsafe.Add(ref heap, first).IsBefore(entry))
                break;
            Unsafe.Add(ref heap, at) = Unsafe.Add(ref heap, first);
            at = first;
        }
        Unsafe.Add(ref heap, at) = entry;
    }

    private void RemoveTop()
    {
        int last = _count - 1;
        Volatile.Write(ref _count, last);
        var entry = _heap[last];
        _heap[last] = default;
        if (last != 0)
            SiftDown(0, entry);
        if (_heap.Length > MostKeptCapacity && last < _heap.Length / 4)
            Array.Resize(ref _heap, _heap.Length / 2);
    }

    private void RefreshTop()
    {
        while (_count != 0 && IsStale(_heap[0]))
        {
            _stale--;
            RemoveTop();
        }
        Volatile.Write(ref _next, _count == 0 ? Never : _heap[0].When);
    }

    private static bool IsStale(in Entry entry) =>
        (entry.Order & IsTimer) != 0 && Unsafe.As<RuntimeTimer>(entry.What)!.Order != entry.Order;

    // Before the array grows: the look at every entry is paid by the adds that filled it.
    private void MakeRoom()
    {
        Sweep();
        if (_count > _heap.Length * 3 / 4)
            Array.Resize(ref _heap, Math.Max(LeastCapacity, _heap.Length * 2));
        else if (_heap.Length == 0)
            _heap = new Entry[LeastCapacity];
    }

    /// <summary>Throws away what is stale, and the channel timers that nobody waits for: who waits again puts them back.</summary>
    private void Sweep()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (IsStale(_heap[i]) || ((_heap[i].Order & IsTimer) != 0 && Unsafe.As<RuntimeTimer>(_heap[i].What)!.LeaveIfUnwatched(_heap[i].Order)))
                continue;
            if (kept != i)
                _heap[kept] = _heap[i];
            kept++;
        }
        _stale = 0;
        if (kept == _count)
            return;
        Array.Clear(_heap, kept, _count - kept);
        Volatile.Write(ref _count, kept);
        for (int i = (kept - 2) / Arity; i >= 0 && kept > 1; i--)
            SiftDown(i, _heap[i]);
        Volatile.Write(ref _next, kept == 0 ? Never : _heap[0].When);
    }
}
