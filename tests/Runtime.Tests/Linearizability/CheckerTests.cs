namespace Gmp.Tests.Linearizability;

/// <summary>The checker itself, on histories that were written by hand.</summary>
public sealed class CheckerTests
{
    [Fact]
    public void What_overlaps_may_have_happened_in_either_order()
    {
        // Two sends at once, received the other way round.
        Operation[] history = [Op(0, ChanModel.Send, 1, 1, 4), Op(1, ChanModel.Send, 2, 2, 3), Received(0, 2, 5, 6), Received(0, 1, 7, 8)];
        Assert.Null(Checker.Check(new ChanModel(3), history));
    }

    [Fact]
    public void What_returned_first_happened_first()
    {
        Operation[] history = [Op(0, ChanModel.Send, 1, 1, 2), Op(1, ChanModel.Send, 2, 3, 4), Received(0, 2, 5, 6)];
        string failure = Checker.Check(new ChanModel(3), history)!;
        Assert.Contains("explains worker 0: Receive = 2", failure, StringComparison.Ordinal);
        Assert.Contains("worker 1   []    Send(2)", failure, StringComparison.Ordinal);
        Assert.Contains("as far as it can be explained: Send(1); Send(2) -> [1 2]", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unbuffered_send_and_its_receive_overlap()
    {
        Assert.Null(Checker.Check(new ChanModel(0), [Op(0, ChanModel.Send, 1, 1, 4), Received(1, 1, 2, 3)]));
        Assert.NotNull(Checker.Check(new ChanModel(0), [Op(0, ChanModel.Send, 1, 1, 2), Received(1, 1, 3, 4)]));
        // With a buffer the second is as it should be.
        Assert.Null(Checker.Check(new ChanModel(1), [Op(0, ChanModel.Send, 1, 1, 2), Received(1, 1, 3, 4)]));
    }

    [Fact]
    public void Two_that_only_try_never_meet()
    {
        var receive = Op(1, ChanModel.TryReceive, -1, 2, 3);
        receive.Value = 1;
        Assert.NotNull(Checker.Check(new ChanModel(0), [Op(0, ChanModel.TrySend, 1, 1, 4), receive]));
    }

    [Fact]
    public void A_history_is_shortened_to_the_return_that_is_wrong()
    {
        // The fourth return is wrong already; the send that had not returned by then may have happened.
        Operation[] history =
        [
            Op(0, ChanModel.Send, 1, 1, 2), Received(0, 1, 3, 4), Op(1, ChanModel.Send, 2, 5, 12), Received(0, 2, 6, 7),
            Received(0, 2, 8, 9), Op(0, ChanModel.Send, 3, 10, 11), Received(1, 3, 13, 14),
        ];
        var shortest = Checker.Shorten(new ChanModel(3), history);
        Assert.Equal(5, shortest.Count);
        Assert.Equal("Send(2) ...", shortest[2].ToString());
        Assert.Equal("Receive = 2", shortest[4].ToString());
    }

    [Fact]
    public void What_has_not_returned_need_not_have_happened()
    {
        var pending = Op(0, ChanModel.Send, 1, 1, long.MaxValue);
        var refused = Op(1, ChanModel.TryReceive, -1, 2, 3);
        refused.Ending = Ending.Refused;
        Assert.Null(Checker.Check(new ChanModel(1), [pending, refused]));
        Assert.Null(Checker.Check(new ChanModel(1), [pending, Received(1, 1, 2, 3)]));
    }

    [Fact]
    public void The_order_of_a_recording_is_that_of_the_calls()
    {
        var history = new History(2);
        var first = history.Begin(0, LockCalls.Lock);
        var second = history.Begin(1, LockCalls.Lock);
        history.End(first);
        history.End(second);
        var third = history.Begin(0, LockCalls.Unlock);
        history.End(third);
        var operations = history.Operations();
        Assert.Equal([first, second, third], operations);
        Assert.True(first.Overlaps && second.Overlaps && !third.Overlaps);
        Assert.Contains("explains worker 1: Lock", Checker.Check(new LockModel(), operations), StringComparison.Ordinal);
    }

    private static Operation Op(int worker, string call, long argument, long invoked, long returned) =>
        new(worker, call, argument) { Invoked = invoked, Returned = returned, Value = -1 };

    private static Operation Received(int worker, long value, long invoked, long returned)
    {
        var operation = Op(worker, ChanModel.Receive, -1, invoked, returned);
        operation.Value = value;
        return operation;
    }
}
