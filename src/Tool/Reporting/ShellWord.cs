namespace Gmp.Tool.Reporting;

/// <summary>Writes a word so that a POSIX shell reads it back as it is.</summary>
internal static class ShellWord
{
    /// <summary>Quotes the word where it needs it.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '+' or '=' or ':' or ',' or '@' or '%')
            ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
