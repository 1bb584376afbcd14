using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gmp.Analysis.Model;

namespace Gmp.Tool.Commands;

/// <summary>The options that select a part of a trace: a stretch of time, goroutines, Ps.</summary>
internal sealed class SelectionOptions
{
    private readonly Option<TimeSpan?> _from = TimeOption.Moment("--from", "Count from this moment of the trace on: 1.5s, 800ms.");
    private readonly Option<TimeSpan?> _to = TimeOption.Moment("--to", "Count up to this moment of the trace.");

    private readonly Option<long[]> _goroutines = new("--goroutine")
    {
        Description = "Count these goroutines only, by id: 17 or 17,18; may be given several times.",
        HelpName = "id,...",
        CustomParser = result => Numbers(result, "--goroutine", 'G'),
    };

    private readonly Option<long[]> _processors = new("--processor")
    {
        Description = "Count what happens on these Ps only: 0 or 0,1; may be given several times.",
        HelpName = "p,...",
        CustomParser = result => Numbers(result, "--processor", 'P'),
    };

    private readonly Option<string[]> _names = new("--goroutine-name")
    {
        Description = "Count goroutines of this name only; * and ? stand for anything. With a FILE, --name says the same.",
        HelpName = "name",
    };

    private readonly Option<(string, string)[]> _labels = new("--label")
    {
        Description = "Count goroutines with this label only: key=value, or key for any value; several must all be there.",
        HelpName = "key=value",
        CustomParser = result => [.. result.Tokens.Select(t => Label(t.Value, result))],
    };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _from, _to, _goroutines, _processors, _names, _labels })
            command.Options.Add(option);
    }

    /// <summary>What they select.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">Another name of a goroutine, or null.</param>
    /// <exception cref="ToolFailure">The stretch is empty.</exception>
    public TraceSelection Read(ParseResult parsed, string? name = null)
    {
        var from = parsed.GetValue(_from);
        var to = parsed.GetValue(_to);
        if (from is not null && to is not null && from >= to)
            throw new ToolFailure(ExitCode.ArgumentError, "--from must be before --to.");
        return new TraceSelection
        {
            FromNs = Ns(from) ?? 0,
            ToNs = Ns(to) ?? long.MaxValue,
            Goroutines = [.. parsed.GetValue(_goroutines) ?? []],
            Processors = [.. (parsed.GetValue(_processors) ?? []).Select(p => (int)Math.Min(p, int.MaxValue))],
            Names = [.. parsed.GetValue(_names) ?? [], .. name is null ? [] : (string[])[name]],
            Labels = [.. parsed.GetValue(_labels) ?? []],
        };
    }

    private static long? Ns(TimeSpan? time) => time is { } given ? (long)(given.TotalSeconds * 1e9) : null;

    // With or without the letter that reports write before it.
    private static long[] Numbers(ArgumentResult result, string option, char letter)
    {
        var numbers = new List<long>();
        foreach (string word in result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            string digits = char.ToUpperInvariant(word[0]) == letter ? word[1..] : word;
            if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                numbers.Add(number);
            else
                result.AddError($"'{word}' is no number for {option}: write 17, {letter}17 or 17,18.");
        }
        return [.. numbers];
    }

    private static (string, string) Label(string text, ArgumentResult result)
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        if (at == 0)
            result.AddError($"'{text}' is no label: write key=value.");
        return at < 0 ? (text, "*") : (text[..at], text[(at + 1)..]);
    }
}
