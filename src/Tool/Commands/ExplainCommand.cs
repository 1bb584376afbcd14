using System.CommandLine;
using System.Globalization;
using Gmp.Analysis.Language;
using Gmp.Tool.Explaining;
using Gmp.Tool.Settings;
using Gmp.Tool.Stdio;

namespace Gmp.Tool.Commands;

/// <summary><c>explain</c>: the page of a finding: what it means, how it is measured and what to do.</summary>
internal static class ExplainCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(ToolContext context)
    {
        var id = new Argument<string?>("finding") { Description = "Its id, as GMP201; all are listed without it.", Arity = ArgumentArity.ZeroOrOne };
        var thresholds = new Option<bool>("--thresholds") { Description = "List the numbers that the question judges by, and that --threshold and gmp-trace.json may set." };
        var language = new LanguageOption();
        var command = new Command("explain", "Explain a finding: what it means, how it is measured and what to do.") { id, thresholds };
        language.AddTo(command);
        command.SetAction(parsed =>
        {
            var phrases = language.Read(parsed);
            string? wanted = parsed.GetValue(id)?.ToUpperInvariant();
            if (wanted is not null && !KnownNames.Ids.Contains(wanted))
                throw new ToolFailure(ExitCode.ArgumentError, $"There is no finding {wanted}: there are {string.Join(", ", KnownNames.Ids)}.");
            if (parsed.GetValue(thresholds))
                ListThresholds(context.Stdio, wanted);
            else if (wanted is null)
                ListFindings(context.Stdio, phrases);
            else
                context.Stdio.Out.Write(FindingPages.Load(wanted, phrases) ?? throw new ToolFailure(ExitCode.ArgumentError, $"{wanted} has no page."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void ListFindings(IStdio stdio, Phrases phrases)
    {
        foreach (var question in KnownNames.Questions)
            stdio.Out.WriteLine($"{question.Id}  {phrases.Text(question.Text)}");
    }

    private static void ListThresholds(IStdio stdio, string? id)
    {
        foreach (var threshold in KnownNames.Thresholds.Values.Where(t => id is null || t.Name.StartsWith(id, StringComparison.Ordinal)))
            stdio.Out.WriteLine($"{threshold.Name,-30} {threshold.Default.ToString(CultureInfo.InvariantCulture),8}  {threshold.Meaning}");
    }
}
