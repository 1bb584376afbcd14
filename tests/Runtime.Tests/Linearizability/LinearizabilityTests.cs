namespace Gmp.Tests.Linearizability;

/// <summary>What goroutines and threads saw at the same time can be explained by one thing after the other. <c>tests/long linearizability</c> makes more of it.</summary>
public sealed class LinearizabilityTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_channel_does_what_sends_receives_and_a_close_do_one_after_the_other(int capacity) =>
        Explained(ChanHistories.Run(Campaign.Histories, capacity, () => new ChanUnderTest(capacity)));

    [Fact]
    public void A_mutex_has_one_owner_after_the_other() =>
        Explained(LockHistories.Run(Campaign.Histories, () => new OfMutex()));

    [Fact]
    public void A_mutex_for_readers_has_readers_or_a_writer_one_after_the_other() =>
        Explained(LockHistories.Run(Campaign.Histories, () => new OfRWMutex()));

    [Fact]
    public void A_semaphore_never_has_given_more_than_it_has() =>
        Explained(SemaphoreHistories.Run(Campaign.Histories, () => new SemaphoreUnderTest(SemaphoreHistories.Size)));

    [Fact]
    public void A_ring_with_thieves_and_the_global_queue_are_queues() =>
        Explained(RingHistories.Run(Campaign.Histories, () => new RingUnderTest()));

    [Theory]
    [InlineData("loses a value")]
    [InlineData("doubles a value")]
    [InlineData("swaps two values")]
    [InlineData("sends without a receiver")]
    [InlineData("forgets that it is closed")]
    public void A_broken_channel_is_caught(string how)
    {
        var (capacity, make) = how switch
        {
            "loses a value" => (3, (Func<ChanUnderTest>)(() => new LosesValues(3))),
            "doubles a value" => (3, () => new DoublesValues(3)),
            "swaps two values" => (3, () => new SwapsValues(3)),
            "sends without a receiver" => (0, () => new HasSecretBuffer()),
            _ => (1, () => new ForgetsThatItIsClosed(1)),
        };
        Caught(how, ChanHistories.Run(MostForMutations, capacity, make));
    }

    [Fact]
    public void A_mutex_that_two_have_is_caught() => Caught("held twice", LockHistories.Run(MostForMutations, () => new LetsTwoIn()));

    [Fact]
    public void A_mutex_with_readers_beside_a_writer_is_caught() =>
        Caught("readers beside a writer", LockHistories.Run(MostForMutations, () => new LetsReadersIn()));

    [Fact]
    public void A_semaphore_with_one_too_many_is_caught() =>
        Caught("one too many", SemaphoreHistories.Run(MostForMutations, () => new SemaphoreUnderTest(SemaphoreHistories.Size + 1)));

    [Theory]
    [InlineData("stolen and still there")]
    [InlineData("lost on the way")]
    [InlineData("out of order")]
    public void A_broken_ring_is_caught(string how) => Caught(how, RingHistories.Run(MostForMutations, () => how switch
    {
        "stolen and still there" => new StealsTwice(),
        "lost on the way" => new DropsOne(),
        _ => new GetsOutOfOrder(),
    }));

    private const int MostForMutations = 20_000;

    private static void Explained(string? failure) => Assert.True(failure is null, failure);

    private static void Caught(string how, string? failure)
    {
        Assert.True(failure is not null, $"not caught: {how}");
        Console.WriteLine($"{how}: {failure}");
    }

    private sealed class OfMutex : LockUnderTest
    {
        private readonly GoMutex _mutex = new();

        public override async GoTask Lock() => await _mutex.Lock();

        public override bool TryLock() => _mutex.TryLock();

        public override void Unlock() => _mutex.Unlock();
    }

    private sealed class OfRWMutex : LockUnderTest
    {
        private readonly GoRWMutex _mutex = new();

        public override bool HasReaders => true;

        public override async GoTask Lock() => await _mutex.Lock();

        public override bool TryLock() => _mutex.TryLock();

        public override void Unlock() => _mutex.Unlock();

        public override async GoTask RLock() => await _mutex.RLock();

        public override bool TryRLock() => _mutex.TryRLock();

        public override void RUnlock() => _mutex.RUnlock();
    }
}
