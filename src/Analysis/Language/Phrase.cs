using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gmp.Analysis.Language;

/// <summary>
/// A sentence with holes, as an interpolated string makes one for <see cref="Phrases.Say(Phrase)"/>. The English text with numbered holes is what a
/// translation is found by: <c>$"{who} waited {howLong}"</c> is <c>{0} waited {1}</c>. What fills the holes must be data (numbers, names, durations)
/// or said by <see cref="Phrases"/> itself, never an English word.
/// </summary>
[InterpolatedStringHandler]
public ref struct Phrase
{
    private readonly StringBuilder _key;
    private readonly List<string> _values;

    /// <summary>For the compiler.</summary>
    public Phrase(int literalLength, int formattedCount)
    {
        _key = new StringBuilder(literalLength + (3 * formattedCount));
        _values = new List<string>(formattedCount);
    }

    /// <summary>The English text with numbered holes. Braces of the text itself stand doubled.</summary>
    public readonly string Key => _key.ToString();

    /// <summary>What fills the holes.</summary>
    public readonly IReadOnlyList<string> Values => _values;

    /// <summary>For the compiler.</summary>
    public readonly void AppendLiteral(string text) => _key.Append(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    /// <summary>For the compiler.</summary>
    public readonly void AppendFormatted(string? value) => Append(value ?? "");

    /// <summary>For the compiler.</summary>
    public readonly void AppendFormatted(long value) => Append(value.ToString(CultureInfo.InvariantCulture));

    private readonly void Append(string value)
    {
        _key.Append('{').Append(_values.Count).Append('}');
        _values.Add(value);
    }
}
