namespace Gmp.Tests.Language;

/// <summary>An English text that the sources say, as a translation finds it.</summary>
/// <param name="Key">With numbered holes, where it has some.</param>
/// <param name="HasHoles">True for sentences and counts, whose braces are holes; in a fixed text they are braces.</param>
/// <param name="File">The source file, from the repository's root.</param>
/// <param name="Line">The line, from 1.</param>
internal sealed record SpokenText(string Key, bool HasHoles, string File, int Line);
