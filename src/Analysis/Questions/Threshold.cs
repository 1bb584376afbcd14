namespace Gmp.Analysis.Questions;

/// <summary>A number that a question judges by, which its user may set.</summary>
/// <param name="Name">Its name in options and gmp-trace.json: the finding's id, a dot and a word in camelCase with its unit, as <c>GMP202.longWaitMs</c>.</param>
/// <param name="Default">What it is where nobody says otherwise.</param>
/// <param name="Meaning">What it does, and where the default comes from.</param>
public sealed record Threshold(string Name, double Default, string Meaning);
