using System.Runtime.InteropServices;
using Gmp.Interleaving;

namespace Gmp;

/// <summary>
/// Stands in for the runtime's Epoll: the scenario says what happens to a file. Edges of a file are one until somebody takes them; a wake is kept until one
/// that sleeps takes it, and a sleep that has a limit may end at any moment.
/// </summary>
internal sealed class Epoll : IDisposable
{
    internal const int MostEvents = 128;

    internal const uint In = 0x001, Out = 0x004, Error = 0x008, HangUp = 0x010, PeerHangUp = 0x2000;

    private readonly Dictionary<SafeHandle, ulong> _keys = new(ReferenceEqualityComparer.Instance);
    private readonly List<Event> _pending = [];
    private bool _isBroken;
    private bool _isDisposed;

    internal static Epoll? TryCreate() => new();

    internal int Register(SafeHandle file, ulong key)
    {
        Step("registers");
        _keys.Add(file, key);
        return 0;
    }

    internal void Remove(SafeHandle file)
    {
        Step("unregisters");
        if (_keys.Remove(file, out ulong key))
            _pending.RemoveAll(e => e.Key == key);
    }

    /// <summary>By the scenario: something happens to a file.</summary>
    internal void Raise(SafeHandle file, uint events)
    {
        Step("raises");
        if (!_keys.TryGetValue(file, out ulong key))
            return;
        int at = _pending.FindIndex(e => e.Key == key);
        if (at < 0)
            _pending.Add(new Event(events, key));
        else
            _pending[at] = new Event(_pending[at].Events | events, key);
        Wake();
    }

    internal int Wait(Span<Event> events, long nanoseconds)
    {
        var strand = Step("polls") ?? throw new InvalidOperationException("Only a strand polls.");
        long deadline = nanoseconds == ThreadParker.Forever ? long.MaxValue : strand.Schedule.Time + nanoseconds;
        while (nanoseconds != 0 && _pending.Count == 0 && !_isBroken && !_isDisposed)
        {
            if (!strand.Schedule.Block(strand, this, deadline))
                break;
        }
        if (_isDisposed)
            return 0;
        if (nanoseconds != 0)
            _isBroken = false;
        int n = Math.Min(events.Length, _pending.Count);
        CollectionsMarshal.AsSpan(_pending)[..n].CopyTo(events);
        _pending.RemoveRange(0, n);
        return n;
    }

    internal void Break()
    {
        Step("breaks");
        _isBroken = true;
        Wake();
    }

    public void Dispose()
    {
        Step("is disposed");
        _isDisposed = true;
        Wake();
    }

    // A system call: others may go on before it, and it is a fence in nobody's memory model.
    private static Strand? Step(string what)
    {
        var strand = Carrier.Strand;
        strand?.Schedule.Step(strand, what, "Epoll", "", 0);
        return strand;
    }

    private void Wake() => (Carrier.Strand?.Schedule ?? Schedule.Current)?.Wake(this);

    /// <summary>What happened to which file.</summary>
    internal readonly record struct Event(uint Events, ulong Key);
}
