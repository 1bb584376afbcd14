using System.Collections;
using System.Runtime.CompilerServices;

namespace Gmp.Analysis.Model;

/// <summary>
/// A list that only grows, in pieces of equal length: what stands in it never moves. A list in one array is copied again and again while millions of spans
/// come, and needs up to three times its room while it grows.
/// </summary>
/// <remarks>One writer; reading needs <see cref="TraceModel.Gate"/> while the trace is live.</remarks>
public sealed class Segments<T> : IReadOnlyList<T>
    where T : struct
{
    private const int First = 16;

    // 4096 spans are 98 KB: an array of that size the collector does not move either.
    private const int Shift = 12;
    private const int Length = 1 << Shift;

    private T[][] _segments = [];
    private T[] _last = [];
    private int _usedOfLast;

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <summary>An item, where it stands.</summary>
    public ref readonly T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return ref _segments[index >> Shift][index & (Length - 1)];
        }
    }

    T IReadOnlyList<T>.this[int index] => this[index];

    /// <summary>The last item, to be changed in place.</summary>
    internal ref T Last => ref _last[_usedOfLast - 1];

    /// <inheritdoc cref="IEnumerable{T}.GetEnumerator"/>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(T item)
    {
        var last = _last;
        int at = _usedOfLast;
        if ((uint)at >= (uint)last.Length)
        {
            AddToNext(item);
            return;
        }
        last[at] = item;
        _usedOfLast = at + 1;
        Count++;
    }

    internal void Clear() => (_segments, _last, _usedOfLast, Count) = ([], [], 0, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddToNext(T item)
    {
        if (_last.Length < Length)
        {
            // Most lists stay short: the first segment grows as a list does.
            Array.Resize(ref _last, _last.Length == 0 ? First : Math.Min(Length, _last.Length * 4));
            _segments = [_last];
        }
        else
        {
            _last = GC.AllocateUninitializedArray<T>(Length);
            _usedOfLast = 0;
            _segments = [.. _segments, _last];
        }
        Add(item);
    }

    /// <summary>Walks a list.</summary>
    public struct Enumerator : IEnumerator<T>
    {
        private readonly Segments<T> _list;
        private T[] _segment;
        private int _next;

        internal Enumerator(Segments<T> list) => (_list, _segment) = (list, []);

        /// <inheritdoc/>
        public readonly T Current => _segment[(_next - 1) & (Length - 1)];

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            if (_next >= _list.Count)
                return false;
            if ((_next & (Length - 1)) == 0)
                _segment = _list._segments[_next >> Shift];
            _next++;
            return true;
        }

        /// <inheritdoc/>
        public void Reset() => _next = 0;

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}
