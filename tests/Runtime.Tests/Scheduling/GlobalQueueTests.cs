namespace Gmp.Tests;

/// <summary>The global queue is a queue, however it is filled.</summary>
public sealed class GlobalQueueTests
{
    /// <summary>Against the framework's queue, through many ends of arrays.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_gives_what_it_was_given_in_order(int seed)
    {
        var random = new Random(seed);
        var queue = new GlobalQueue();
        var expected = new LinkedList<G>();
        long id = 0;
        for (int step = 0; step < 20_000; step++)
        {
            switch (random.Next(8))
            {
                case < 3:
                    var one = New();
                    queue.Put(one);
                    expected.AddLast(one);
                    break;
                case 3:
                    var some = Enumerable.Range(0, random.Next(400)).Select(_ => New()).ToArray();
                    queue.Put(some);
                    foreach (var g in some)
                        expected.AddLast(g);
                    break;
                case 4 when random.Next(4) == 0:
                    var before = Enumerable.Range(0, random.Next(300)).Select(_ => New()).ToArray();
                    queue.PutFirst(before);
                    foreach (var g in before.Reverse())
                        expected.AddFirst(g);
                    break;
                default:
                    for (int n = random.Next(300); n > 0; n--)
                    {
                        Assert.Same(expected.First?.Value, queue.Get());
                        if (expected.Count != 0)
                            expected.RemoveFirst();
                    }
                    break;
            }
            Assert.Equal(expected.Count, queue.Count);
        }

        G New() => new(null!) { Id = ++id };
    }
}
