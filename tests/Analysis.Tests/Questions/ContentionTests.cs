using Gmp.Analysis.Questions;

namespace Gmp.Analysis.Tests.Questions;

/// <summary>GMP104.</summary>
public class ContentionTests
{
    private const int Clients = 6, TurnMs = 2;

    // Clients take turns with a lock; each holds it for a turn, asleep or at work, and asks for it again at once.
    private static IEnumerable<string> Turns(int turns, bool sleeps, int clients = Clients)
    {
        yield return "0 - SchedulerStart procs=2 sliceNs=10ms";
        yield return "0 - Site id=1 line=31 file=/src/Program.cs member=Main";
        yield return "0 P0 ProcStart m=0";
        for (int g = 1; g <= clients; g++)
            yield return $"0 P0 GoCreate g={g} site=1 queue=Local name=client-{g}";
        // All but the first wait.
        for (int g = 2; g <= clients; g++)
        {
            yield return $"0.1ms P0 GoStart g={g}";
            yield return $"0.1ms P0 GoBlock g={g} reason=MutexLock on=7";
            yield return $"0.1ms P0 GoWaitsOn g={g} on=7 holder=1";
        }
        int holder = 1;
        yield return "0.2ms P0 GoStart g=1";
        for (int turn = 1; turn <= turns; turn++)
        {
            double end = turn * TurnMs;
            if (sleeps)
            {
                yield return $"{end - 1.5}ms P0 GoBlock g={holder} reason=Sleep";
                yield return $"{end - 0.5}ms - GoUnblock g={holder} queue=Global";
                yield return $"{end - 0.4}ms P0 GoStart g={holder}";
            }
            int next = (holder % clients) + 1;
            yield return $"{end}ms P0 LockTaken on=7 g={next}";
            yield return $"{end}ms P0 GoUnblock g={next} by={holder} queue=RunNext";
            yield return $"{end + 0.1}ms P0 GoBlock g={holder} reason=MutexLock on=7";
            yield return $"{end + 0.1}ms P0 GoWaitsOn g={holder} on=7 holder={next}";
            yield return $"{end + 0.2}ms P0 GoStart g={next}";
            holder = next;
        }
    }

    [Theory]
    [InlineData(true, "In 9")]
    [InlineData(false, "In 100 %")]
    public void A_queue_that_stays_is_a_convoy_and_its_turn_and_what_it_is_held_over_are_told(bool sleeps, string share)
    {
        var finding = Asked.Of(new ContentionQuestion(), Turns(100, sleeps));
        Assert.Equal((Severity.Warning, Confidence.High), (finding.Severity, finding.Confidence));
        Assert.StartsWith("sync.Mutex.Lock #7: for 100 % of the trace somebody waited for it, 5 at the mean and 5 at most. A wait took 9.", finding.Answer, StringComparison.Ordinal);
        Assert.EndsWith("created at Program.cs:31.", finding.Answer, StringComparison.Ordinal);
        Assert.Contains(finding.Evidence, e => e.StartsWith("100 waits for it ended in the trace, one each 2 ms", StringComparison.Ordinal));
        Assert.Contains(finding.Evidence, e => e.StartsWith(share, StringComparison.Ordinal) && e.Contains(sleeps ? "(the last time: sleep): it is held over a wait" : "it is held over work", StringComparison.Ordinal));
        Assert.Equal("Program.cs:31", finding.Source!.Short);
    }

    [Fact]
    public void Two_that_meet_and_a_few_turns_are_no_convoy()
    {
        Assert.Equal(Severity.Ok, Asked.Of(new ContentionQuestion(), Turns(100, sleeps: false, clients: 2)).Severity);
        Assert.Equal(Severity.Ok, Asked.Of(new ContentionQuestion(), Turns(5, sleeps: false)).Severity);
    }

    [Fact]
    public void A_lock_that_goes_to_nobody_any_more_is_a_matter_of_GMP106()
    {
        var finding = Asked.Of(new ContentionQuestion(), [.. Turns(100, sleeps: false), "3s - Heartbeat"]);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.Contains("went to nobody any more, though 5 goroutines had to wait for it: see GMP106", finding.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_with_very_many_waits_is_hot()
    {
        var lines = new List<string> { "0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 ProcStart m=0", "0 P0 GoCreate g=1 queue=Local", "0 P0 GoCreate g=2 queue=Local", "1us P0 GoStart g=1" };
        for (int i = 1; i <= 500; i++)
        {
            lines.Add($"{2 * i}us P0 GoBlock g={1 + (i % 2)} reason=ChanReceive on=5");
            lines.Add($"{2 * i}us P0 GoStart g={2 - (i % 2)}");
            lines.Add($"{(2 * i) + 1}us P0 GoUnblock g={1 + (i % 2)} by={2 - (i % 2)} queue=RunNext");
        }
        lines.RemoveAt(5);
        lines.Insert(5, "2us P0 GoBlock g=1 reason=ChanReceive on=5");
        var finding = Asked.Of(new ContentionQuestion(), lines);
        Assert.Equal(Severity.Info, finding.Severity);
        Assert.Contains("chan receive #5 is hot", finding.Answer, StringComparison.Ordinal);
        Assert.Equal(Severity.Ok, Asked.Of(new ContentionQuestion(), [.. lines, "10s - Heartbeat"]).Severity);
    }
}
