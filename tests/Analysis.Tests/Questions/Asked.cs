using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests.Questions;

/// <summary>Asks one question of a text trace.</summary>
internal static class Asked
{
    public static Finding Of(Question question, IEnumerable<string> lines) =>
        question.Ask(new QuestionContext(TraceFile.Load(new MemoryStream(TextTrace.Record(lines).ToArray()))));

    public static Finding Of(Question question, IEnumerable<string> lines, string threshold, double value) =>
        question.Ask(new QuestionContext(TraceFile.Load(new MemoryStream(TextTrace.Record(lines).ToArray())))
        {
            Thresholds = new Thresholds(new Dictionary<string, double> { [question.Thresholds.Single(t => t.Name == threshold).Name] = value }),
        });

    public static string All(Finding finding) =>
        string.Join('\n', [finding.Answer, .. finding.Evidence, finding.Why, .. finding.Fixes]);
}
