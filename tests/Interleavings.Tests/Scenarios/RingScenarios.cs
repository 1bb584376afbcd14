using System.Runtime.CompilerServices;
using Gmp.Interleaving;

namespace Gmp.Interleavings.Tests;

/// <summary>A P's ring, its owner and two thieves, each on a strand. Each goroutine must come out once.</summary>
public abstract class RingScenario : Scenario
{
    private readonly RunQueue[] _thieves = [new(), new()];
    private readonly List<G> _taken = [];
    private Scheduler _scheduler = null!;

    private protected P Owner { get; private set; } = null!;

    private protected int Made { get; private set; }

    private protected void Take(G? g)
    {
        if (g is not null)
            _taken.Add(g);
    }

    private protected G NewG() => new(_scheduler) { Id = ++Made };

    private protected void Steal(int thief, int times)
    {
        for (int i = 0; i < times; i++)
            Take(Owner.Queue.StealInto(_thieves[thief], out _));
    }

    protected override void SetUp()
    {
        _scheduler = new Scheduler(new SchedulerOptions { Processors = 1, DetectDeadlock = false });
        Owner = _scheduler.Ps[0];
        // Near the wrap of the counters, which happens after some minutes of a busy P.
        uint start = unchecked((uint)-Schedule.Random(RunQueue.Capacity * 2));
        Head(Owner.Queue) = Tail(Owner.Queue) = start;
        Fill();
        Schedule.Share(Owner.Queue);
        Schedule.Spawn("owner", Own);
        for (int i = 0; i < Thieves; i++)
        {
            int thief = i;
            Schedule.Share(_thieves[i]);
            Schedule.Spawn("thief" + i, () => Steal(thief, 2));
        }
    }

    private protected virtual int Thieves => 2;

    private protected abstract void Fill();

    private protected abstract void Own();

    internal override void Check()
    {
        foreach (var queue in (RunQueue[])[Owner.Queue, .. _thieves])
        {
            while (queue.Get() is { } g)
                _taken.Add(g);
        }
        while (_scheduler.Global.Get() is { } g)
            _taken.Add(g);
        // Sorted: where one came out is the schedule's affair, that it came out once is not.
        Assert.Equal(Enumerable.Range(1, Made).Select(i => (long)i), _taken.Select(g => g.Id).Order());
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_head")]
    private static extern ref uint Head(RunQueue queue);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_tail")]
    private static extern ref uint Tail(RunQueue queue);
}

/// <summary>The owner puts and gets while two thieves steal.</summary>
public sealed class OwnerAgainstThieves : RingScenario
{
    private protected override void Fill()
    {
        for (int i = 0; i < 3; i++)
            Owner.Queue.TryPut(NewG());
    }

    private protected override void Own()
    {
        Owner.Queue.TryPut(NewG());
        Take(Owner.Queue.Get());
        Take(Owner.Queue.Get());
        Owner.Queue.TryPut(NewG());
        Take(Owner.Queue.Get());
    }
}

/// <summary>A put into a full ring takes half of it out while a thief takes the same half.</summary>
public sealed class OverflowAgainstThief : RingScenario
{
    private protected override int Thieves => 1;

    private protected override void Fill()
    {
        for (int i = 0; i < RunQueue.Capacity; i++)
            Owner.Queue.TryPut(NewG());
    }

    private protected override void Own()
    {
        Owner.PutTail(NewG());
        Owner.PutTail(NewG());
        Take(Owner.Queue.Get());
    }
}
