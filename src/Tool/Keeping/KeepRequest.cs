using Gmp.Analysis.Watching;

namespace Gmp.Tool.Keeping;

/// <summary>What to keep and when to write it.</summary>
/// <param name="Keep">The stretch.</param>
/// <param name="Conditions">Each writes a file when it comes true; without any one is written at the end.</param>
/// <param name="After">How long to go on before it is written.</param>
/// <param name="Rearm">For how long a condition that came true is not looked for again.</param>
/// <param name="MostFiles">After so many files conditions are only told.</param>
/// <param name="Bytes">What may be kept at most.</param>
internal sealed record KeepRequest(TimeSpan Keep, IReadOnlyList<WatchCondition> Conditions, TimeSpan After, TimeSpan Rearm, int MostFiles, long Bytes);
