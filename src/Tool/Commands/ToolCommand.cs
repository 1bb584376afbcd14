using System.CommandLine;
using System.Reflection;
using Gmp.Tool.Stdio;

namespace Gmp.Tool.Commands;

/// <summary>The command line as a whole: verbs, what they have in common, and what happens to whatever they throw.</summary>
internal static class ToolCommand
{
    private const string Name = "dotnet gmp-trace";
    private const string Separator = "--";

    private static readonly Option<bool> s_verbose = new("--verbose") { Description = "Show the details of an error.", Recursive = true };

    /// <summary>Runs the tool.</summary>
    /// <param name="args">The command line without the program.</param>
    /// <param name="context">What the verbs work with.</param>
    /// <returns>One of <see cref="ExitCode"/>, or the exit code of the program that <c>collect --</c> started.</returns>
    public static int Run(string[] args, ToolContext context)
    {
        var stdio = context.Stdio;
        // Split by hand: whatever stands behind -- belongs to the program to start, also what looks like an option of ours.
        int separator = Array.IndexOf(args, Separator);
        string[] own = separator < 0 ? args : args[..separator];
        string[]? program = separator < 0 ? null : args[(separator + 1)..];
        bool verbose = own.Contains("--verbose");
        try
        {
            // No response files: a process may be called @something.
            var parsed = Build(context, program).Parse(own, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 || StrayOption(parsed) is not null)
                return Fail(stdio, ExitCode.ArgumentError, $"{Complaint(parsed)} `{HelpFor(parsed)}` shows the options.");
            if (program is not null && parsed.CommandResult.Command.Name != CollectCommand.Name)
                return Fail(stdio, ExitCode.ArgumentError, "Only `collect` takes a program to start after --.");
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = stdio.Out,
                Error = stdio.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,   // recordings end by their own signal handlers, which save the file's end
            });
        }
        catch (ToolFailure failure)
        {
            return Fail(stdio, failure.ExitCode, failure.Message, verbose ? failure.InnerException : null);
        }
        catch (IOException e) when (IsReaderGone(stdio, e))
        {
            return ExitCode.Ok;   // `report | head`, or a terminal that was closed: nobody reads on
        }
        catch (OutputException e)
        {
            return Fail(stdio, ExitCode.TracingError,
                $"stdout cannot be written ({e.Message.TrimEnd('.')}): free some space, or send the output elsewhere.", verbose ? e : null);
        }
        catch (PlatformNotSupportedException e)
        {
            return Fail(stdio, ExitCode.PlatformNotSupported, $"This system cannot do it: {Sentence(e.Message)}", verbose ? e : null);
        }
        catch (Exception e)
        {
            // The last boundary: nothing that a person sees is a stack trace, unless they ask.
            return Fail(stdio, ExitCode.UnknownError,
                $"Unexpected error ({e.GetType().Name}): {Sentence(e.Message)}" + (verbose ? "" : " Run it again with --verbose for details."), verbose ? e : null);
        }
    }

    private static RootCommand Build(ToolContext context, string[]? program)
    {
        var root = new RootCommand("Records, shows and judges the goroutine scheduler of a running .NET process.\n\nExit codes:\n"
            + string.Join('\n', ExitCode.All.Select(c => $"  {c.Code,2}  {c.Meaning}")))
        {
            PsCommand.Create(context),
            AttachCommand.Create(context),
            CollectCommand.Create(context, program),
            ViewCommand.Create(context),
            ReportCommand.Create(context),
            InfoCommand.Create(context),
            DumpCommand.Create(context),
            DemoCommand.Create(context),
            ExplainCommand.Create(context),
        };
        root.Add(s_verbose);
        return root;
    }

    private static int Fail(IStdio stdio, int exitCode, string sentence, Exception? details = null)
    {
        try
        {
            stdio.Error.WriteLine("[ERROR] " + TerminalText.Escape(sentence));
            if (details is not null)
            {
                foreach (string line in details.ToString().Split('\n'))
                    stdio.Error.WriteLine(TerminalText.Escape(line.TrimEnd('\r')));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // stderr is gone too, so the exit code must tell it alone.
        }
        return exitCode;
    }

    // One sentence, so the error that tells most: for a misspelt verb the parser also complains that there is none.
    private static string Complaint(ParseResult parsed) => parsed switch
    {
        { UnmatchedTokens: [var verb, ..], CommandResult.Command: RootCommand } => $"There is no verb '{verb}'.",
        _ when StrayOption(parsed) is string option => NoOption(option, parsed),
        { UnmatchedTokens: [var token, ..] } => NoOption(token, parsed),
        _ => Sentence(parsed.Errors[0].Message),
    };

    private static string NoOption(string token, ParseResult parsed) => $"'{token}' is no option or argument of {parsed.CommandResult.Command.Name}.";

    // The parser takes an option that it does not know for an argument, and then blames the argument. A file of such a name is ./--name.
    private static string? StrayOption(ParseResult parsed) => parsed.CommandResult.Tokens.FirstOrDefault(t => t.Value.StartsWith("--", StringComparison.Ordinal))?.Value;

    private static string HelpFor(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? $"{Name} --help" : $"{Name} {parsed.CommandResult.Command.Name} --help";

    private static string Sentence(string message)
    {
        string line = message.ReplaceLineEndings(" ").Trim();
        return line.Length == 0 || line[^1] is '.' or '!' or '?' ? line : line + ".";
    }

    // EPIPE, or EIO of a terminal that was closed; .NET words them as IOExceptions with the number of the system.
    private static bool IsReaderGone(IStdio stdio, IOException e) =>
        !OperatingSystem.IsWindows() && (e is OutputException output ? output.SystemError : e.HResult) switch
        {
            32 => true,
            5 => stdio.OutIsTerminal || stdio.ErrorIsTerminal,
            _ => false,
        };
}
