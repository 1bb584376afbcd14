namespace Gmp.Analysis.Model;

/// <summary>Names as sentences say them. A name can be as long as its program likes; one that fills a page hides what is said of it.</summary>
internal static class DisplayName
{
    private const int Most = 80, Head = 52, Tail = 25;
    private const string Cut = "...";

    /// <summary>The name, or its beginning and its end. Not escaped.</summary>
    public static string Of(string name)
    {
        if (name.Length <= Most)
            return name;
        // Not through the middle of a surrogate pair.
        int head = char.IsHighSurrogate(name[Head - 1]) ? Head - 1 : Head;
        int tail = name.Length - (char.IsLowSurrogate(name[^Tail]) ? Tail - 1 : Tail);
        return string.Concat(name.AsSpan(0, head), Cut, name.AsSpan(tail));
    }
}
