namespace Gmp.Analysis.Questions;

/// <summary>What explains several findings at once.</summary>
/// <param name="Finding">The id of the finding that is the cause.</param>
/// <param name="Statement">The cause in a sentence, with name and source line.</param>
/// <param name="Confidence">How sure that is.</param>
/// <param name="Try">What to do first.</param>
/// <param name="LookCloser">A command that shows it, or empty; <c>FILE</c> stands for the trace.</param>
/// <param name="Explains">The ids of the findings that follow from it.</param>
public sealed record Cause(string Finding, string Statement, Confidence Confidence, string Try, string LookCloser, IReadOnlyList<string> Explains);

/// <summary>Every answer about a trace.</summary>
/// <param name="Findings">One for each question, in their order.</param>
/// <param name="Causes">What explains what, the likeliest first; empty where nothing does.</param>
public sealed record Report(IReadOnlyList<Finding> Findings, IReadOnlyList<Cause> Causes);
