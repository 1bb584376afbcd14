using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// Waits for a number of goroutines to finish (Go: sync.WaitGroup): <see cref="Add"/> before each starts, <see cref="Done"/> when it ends,
/// <c>await Wait()</c> for all. Thread-safe; may be used again after the wait has ended.
/// </summary>
public sealed class WaitGroup
{
    private SpinGate _gate;
    private long _count;
    private Waiter? _waiters;

    /// <summary>Counts <paramref name="delta"/> more to wait for.</summary>
    /// <exception cref="InvalidOperationException">The count went below zero.</exception>
    public void Add(int delta)
    {
        // A decrement that does not reach zero, and any increment, needs no lock: waiters register under it and read the count there.
        long count = Interlocked.Add(ref _count, delta);
        if (count < 0)
            throw new InvalidOperationException("WaitGroup: more Done than Add.");
        if (count == 0 && delta < 0)
            Release();
    }

    /// <summary>One has finished.</summary>
    public void Done() => Add(-1);

    /// <summary>Waits until the count is zero.</summary>
    public WaitAwaitable Wait() => new(this);

    private void Release()
    {
        Waiter? waiter;
        _gate.Enter();
        // Someone may have added and begun to wait anew since: those wait for the new count.
        waiter = Volatile.Read(ref _count) == 0 ? Interlocked.Exchange(ref _waiters, null) : null;
        _gate.Exit();
        while (waiter is not null)
        {
            // Read first: the goroutine may wait again, with this very object, as soon as it is ready.
            var next = waiter.Next;
            waiter.G!.Scheduler.Ready(waiter.G);
            waiter = next;
        }
    }

    private bool TryEnqueue(Waiter waiter)
    {
        _gate.Enter();
        // Pairs with the interlocked decrement: whoever brings the count to zero after this reads a waiter under the lock.
        waiter.Next = _waiters;
        Interleave.BeforeWrite();
        _waiters = waiter;
        Interlocked.MemoryBarrier();
        bool waits = Volatile.Read(ref _count) != 0;
        if (!waits)
            _waiters = waiter.Next;
        _gate.Exit();
        return waits;
    }

    private sealed class Waiter(WaitGroup group) : Parker
    {
        internal Waiter? Next;
        internal G? G;

        internal override WaitReason Reason => WaitReason.WaitGroupWait;

        internal override bool Commit(G g)
        {
            G = g;
            return group.TryEnqueue(this);
        }
    }

    /// <summary>What <see cref="Wait"/> returns.</summary>
    public readonly struct WaitAwaitable : ICriticalNotifyCompletion, IParkAwaiter
    {
        private readonly WaitGroup _group;

        internal WaitAwaitable(WaitGroup group) => _group = group;

        /// <summary>For the compiler.</summary>
        public bool IsCompleted => Interlocked.Read(ref _group._count) == 0;

        /// <summary>For the compiler.</summary>
        public WaitAwaitable GetAwaiter() => this;

        /// <summary>For the compiler.</summary>
        public void GetResult()
        {
        }

        Parker IParkAwaiter.GetParker(G g) => new Waiter(_group);

        /// <summary>For methods that are no GoTask methods.</summary>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <summary>For methods that are no GoTask methods.</summary>
        public void UnsafeOnCompleted(Action continuation) => M.OfGoroutine().Scheduler.Adopt(new Waiter(_group), continuation);
    }
}
