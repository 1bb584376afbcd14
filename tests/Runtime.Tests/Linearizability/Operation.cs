using System.Globalization;

namespace Gmp.Tests.Linearizability;

/// <summary>How an operation ended.</summary>
public enum Ending
{
    /// <summary>It did what it was asked.</summary>
    Done,

    /// <summary>It would have had to wait, and did not.</summary>
    Refused,

    /// <summary>It was told that the thing is closed.</summary>
    Closed,
}

/// <summary>One call on the thing under test, from the moment before it was made to the moment after it returned.</summary>
/// <param name="worker">Who called; its operations follow one another.</param>
/// <param name="call">What, as the model knows it.</param>
/// <param name="argument">With what.</param>
public sealed class Operation(int worker, string call, long argument)
{
    public int Worker { get; } = worker;

    public string Call { get; } = call;

    public long Argument { get; } = argument;

    /// <summary>Its place among all invocations and returns of the history.</summary>
    public long Invoked { get; set; }

    /// <summary>As <see cref="Invoked"/>; <see cref="long.MaxValue"/> while it has not returned, or as far as a shortened history tells.</summary>
    public long Returned { get; set; } = long.MaxValue;

    public Ending Ending { get; set; }

    /// <summary>What it gave.</summary>
    public long Value { get; set; }

    /// <summary>What it gave, where that is several, oldest first.</summary>
    public long[]? Values { get; set; }

    /// <summary>Whether another worker's operation was under way at the same time.</summary>
    public bool Overlaps { get; set; }

    public override string ToString()
    {
        string what = Argument < 0 ? Call : string.Create(CultureInfo.InvariantCulture, $"{Call}({Argument})");
        if (Returned == long.MaxValue)
            return what + " ...";
        return what + Ending switch
        {
            Ending.Refused => " would wait",
            Ending.Closed => " closed",
            _ when Values is not null => " = " + Ranges(Values),
            _ when Value >= 0 => string.Create(CultureInfo.InvariantCulture, $" = {Value}"),
            _ => "",
        };
    }

    internal Operation Clone() => (Operation)MemberwiseClone();

    // Hundreds of neighbours are one range.
    private static string Ranges(long[] values)
    {
        var parts = new List<string>();
        for (int i = 0; i < values.Length;)
        {
            int first = i++;
            while (i < values.Length && values[i] == values[i - 1] + 1)
                i++;
            parts.Add(i - first < 3
                ? string.Join(' ', values[first..i])
                : string.Create(CultureInfo.InvariantCulture, $"{values[first]}..{values[i - 1]}"));
        }
        return $"[{string.Join(' ', parts)}]";
    }
}
