using System.Globalization;
using System.Text.RegularExpressions;

namespace Gmp.Analysis.Tests.Validation;

/// <summary>A right trace with one thing changed is a wrong one, and the validator must see it.</summary>
public partial class CorruptionTests
{
    // What carries no state, so that nothing contradicts its absence or its repetition.
    private static readonly string[] s_stateless = ["Heartbeat", "GcPause", "GlobalGet", "GlobalPut", "Steal", "GoHog", "ProcsChange", "LockTaken", "GoStall"];

    // Said twice, it is the same.
    private static readonly string[] s_idempotent = [.. s_stateless, "SchedulerStart", "MStart", "Site"];

    [Fact]
    public void Every_record_that_is_dropped_is_missed()
    {
        // Where a trace ends, nothing follows that would miss the last word on anything. A P's first word says already who is about to acquire it.
        Every(line => KindOf(line) is not ("SchedulerStop" or "MStop" or "GoDestroy" or "GoWaitsOn") && !s_stateless.Contains(KindOf(line)),
            at => [.. ValidTrace.Lines[..at], .. ValidTrace.Lines[(at + 1)..]], except: ["1ms P0 ProcStart", "2.4ms P1 ProcStart", "18.1ms - MPark", "23.2ms - MPark"]);
    }

    [Fact]
    public void Every_record_that_comes_twice_is_noticed() =>
        Every(line => !s_idempotent.Contains(KindOf(line)), at => [.. ValidTrace.Lines[..(at + 1)], .. ValidTrace.Lines[at..]], except: []);

    [Fact]
    public void Every_record_of_a_P_in_the_stream_of_another_is_noticed() =>
        Every(line => line.Contains(" P0 ") || line.Contains(" P1 "), at => With(at, ValidTrace.Lines[at].Contains(" P0 ")
            ? ValidTrace.Lines[at].Replace(" P0 ", " P1 ", StringComparison.Ordinal)
            : ValidTrace.Lines[at].Replace(" P1 ", " P0 ", StringComparison.Ordinal)), except: ["GlobalGet", "GlobalPut", "Steal", "LockTaken"]);

    [Fact]
    public void Every_record_of_another_goroutine_is_noticed() =>
        Every(line => line.Contains(" g=") && KindOf(line) != "GoCreate",
            at => With(at, GField().Replace(ValidTrace.Lines[at], m => $" g={1 + (int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) % 4)}")), except: []);

    [Fact]
    public void Every_record_of_another_M_is_noticed() =>
        Every(line => line.Contains(" m=") && KindOf(line) is not ("ProcStatus" or "MStart"),
            at => With(at, MField().Replace(ValidTrace.Lines[at], m => $" m={(int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) + 1) % 4}")), except: []);

    [Fact]
    public void Most_random_corruptions_are_noticed()
    {
        // Seeded: a failure is one that comes again. What is not noticed changes nothing, or the order of what has no order.
        var random = new Random(20262);
        int noticed = 0;
        const int Variants = 2000;
        for (int variant = 0; variant < Variants; variant++)
        {
            var lines = ValidTrace.Lines.ToList();
            for (int i = random.Next(1, 4); i > 0; i--)
                Corrupt(lines, random);
            noticed += ValidTrace.Validate(lines).Count > 0 ? 1 : 0;
        }
        Assert.InRange(noticed, Variants * 3 / 4, Variants);
    }

    private static void Corrupt(List<string> lines, Random random)
    {
        int at = random.Next(lines.Count), other = random.Next(lines.Count);
        switch (random.Next(4))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(other, lines[at]);
                break;
            case 2:
                // The same record at another's time.
                lines[at] = lines[other][..lines[other].IndexOf(' ')] + lines[at][lines[at].IndexOf(' ')..];
                break;
            default:
                lines[at] = Field().Replace(lines[at], m => random.Next(2) == 0 ? m.Value : $"{m.Groups[1].Value}={random.Next(6)}");
                break;
        }
    }

    private static void Every(Func<string, bool> which, Func<int, string[]> corrupt, string[] except)
    {
        int tried = 0;
        var escaped = new List<string>();
        for (int at = 0; at < ValidTrace.Lines.Length; at++)
        {
            string line = ValidTrace.Lines[at];
            if (!which(line) || except.Any(line.Contains))
                continue;
            tried++;
            if (ValidTrace.Validate(corrupt(at)).Count == 0)
                escaped.Add(line);
        }
        Assert.Equal("", string.Join('\n', escaped));
        Assert.True(tried > 10);
    }

    private static string[] With(int at, string line) => [.. ValidTrace.Lines[..at], line, .. ValidTrace.Lines[(at + 1)..]];

    private static string KindOf(string line) => line.Split(' ')[2];

    [GeneratedRegex(@" g=(\d+)")]
    private static partial Regex GField();

    [GeneratedRegex(@" m=(\d+)")]
    private static partial Regex MField();

    [GeneratedRegex(@"\b(g|m|fromM|toM|first|by|victim)=\d+")]
    private static partial Regex Field();
}
