namespace Gmp.Analysis.Validation;

/// <summary>A record that breaks a rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Scheduler">The scheduler's number; 0 for what concerns the file.</param>
/// <param name="Stream">The P whose stream has the record, or -1 for the stream without a P.</param>
/// <param name="TimeNs">The record's time, ns since the trace's start.</param>
/// <param name="Record">The record: <c>GoStart g=7</c>. Empty for what concerns the file.</param>
/// <param name="Text">What is wrong, with the states that contradict it.</param>
public sealed record Violation(Rule Rule, int Scheduler, int Stream, long TimeNs, string Record, string Text);
