namespace Gmp.Tool.Stdio;

/// <summary>The standard streams of this process.</summary>
internal sealed class ProcessStdio : IStdio
{
    private const int MostKeysAtOnce = 256;
    private const int Utf8CodePage = 65001;
    private static readonly string[] s_localeVariables = ["LC_ALL", "LC_CTYPE", "LANG"];

    private readonly Lazy<TextWriter> _out = new(() => new DataWriter(Console.Out));
    private readonly Lazy<TextWriter> _error = new(() => Console.Error);

    public TextWriter Out => _out.Value;

    public TextWriter Error => _error.Value;

    public bool OutIsTerminal => !Console.IsOutputRedirected;

    public bool ErrorIsTerminal => !Console.IsErrorRedirected;

    public bool InIsTerminal => !Console.IsInputRedirected;

    public int Width
    {
        get
        {
            if (!OutIsTerminal)
                return int.MaxValue;
            try
            {
                return Console.WindowWidth is > 0 and int width ? width : 80;
            }
            catch (IOException)
            {
                return 80;   // a terminal that does not tell its size
            }
        }
    }

    // NO_COLOR counts when it is present and not empty (no-color.org).
    public bool UseColor =>
        OutIsTerminal
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    // The locale tells what the terminal takes. Where none is set, as in most containers, it is UTF-8 all the same.
    public bool UseGlyphs =>
        OutIsTerminal
        && Console.OutputEncoding.CodePage == Utf8CodePage
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "linux")
        && (s_localeVariables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(v => !string.IsNullOrEmpty(v)) is not string locale
            || locale.Replace("-", "", StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase));

    public bool EnterWasPressed()
    {
        if (!InIsTerminal)
            return false;
        try
        {
            bool enter = false;
            // Bounded: a terminal that was closed always has a "key", which is none.
            for (int i = 0; i < MostKeysAtOnce && Console.KeyAvailable; i++)
            {
                var key = Console.ReadKey(intercept: true);
                if (key.Key == default && key.KeyChar == default)
                    break;
                enter |= key.Key == ConsoleKey.Enter;
            }
            return enter;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            return false;   // the terminal went away; a signal or the duration ends the recording
        }
    }
}
