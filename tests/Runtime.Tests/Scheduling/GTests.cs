using Gmp.Tracing;

namespace Gmp.Tests;

/// <summary>A goroutine's object is packed: what shares a field must not disturb each other.</summary>
public sealed class GTests
{
    [Theory]
    [InlineData(7, 0)]
    [InlineData(7, 1)]
    [InlineData(long.MaxValue / 2, 1)]
    [InlineData(long.MaxValue / 2, int.MaxValue)]
    [InlineData(long.MaxValue / 2, (long.MaxValue / 2) - 1)]
    [InlineData(long.MaxValue / 2, (long.MaxValue / 2) + 4096)] // the creator's id may come from a later run of ids
    [InlineData(long.MaxValue / 2, (long.MaxValue / 2) - 2_000_000_000)]
    [InlineData(long.MaxValue / 2, (long.MaxValue / 2) - 3_000_000_000)]
    [InlineData(long.MaxValue / 2, int.MaxValue + 1L)]
    public void AnyParentIsKept(long id, long parent)
    {
        var g = new G(null!) { Id = id, ParentId = parent };
        Assert.Equal(parent, g.ParentId);
    }

    [Fact]
    public void TheReasonAndTheBeginAreApart()
    {
        var g = new G(null!) { WaitReason = WaitReason.PoolSubmit };
        Assert.False(g.HasBegun);
        g.HasBegun = true;
        Assert.Equal(WaitReason.PoolSubmit, g.WaitReason);
        g.WaitReason = WaitReason.None;
        Assert.True(g.HasBegun);
        g.HasBegun = false;
        Assert.Equal(WaitReason.None, g.WaitReason);
    }

    [Fact]
    public void NameWaiterAndContextShareAFieldAndKeepApart()
    {
        var context = ExecutionContext.Capture();
        var waiter = ChanWaiter<int>.Rent(null, new Chan<int>(), isSend: false);

        var named = new G(null!) { Name = "a" };
        Assert.Equal("a", named.Name);
        named.Name = "b";
        named.Waiter = waiter;
        Assert.Equal(("b", waiter), (named.Name, named.Waiter));
        named.Context = context;
        Assert.Equal(("b", waiter, context), (named.Name, named.Waiter, named.Context));
        named.Name = null;
        Assert.Equal((null, waiter, context), (named.Name, named.Waiter, named.Context));

        var waiting = new G(null!) { Waiter = waiter };
        Assert.Null(waiting.Name);
        waiting.Name = null;
        Assert.Same(waiter, waiting.Waiter);
        waiting.Name = "c";
        Assert.Equal(("c", waiter), (waiting.Name, waiting.Waiter));
    }

    [Fact]
    public void OneThatEndsKeepsItsWaiterOnly()
    {
        var waiter = ChanWaiter<int>.Rent(null, new Chan<int>(), isSend: false);
        foreach (string? name in new[] { "a", null })
        {
            var g = new G(null!) { Waiter = waiter, Name = name, Context = name is null ? null : ExecutionContext.Capture(), Work = new object(), HasBegun = true };
            g.Forget();
            Assert.Equal((null, waiter, null, null, false), (g.Name, g.Waiter, g.Context, g.Work, g.HasBegun));
        }
        var named = new G(null!) { Name = "a" };
        named.Forget();
        Assert.Null(named.More);
    }
}
