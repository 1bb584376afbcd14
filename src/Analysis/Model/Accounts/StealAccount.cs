namespace Gmp.Analysis.Model.Accounts;

/// <summary>What one P took from another.</summary>
/// <param name="Thief">The P that took.</param>
/// <param name="Victim">The P that lost.</param>
/// <param name="Steals">How often.</param>
/// <param name="Goroutines">How many goroutines in all.</param>
/// <param name="Most">How many at once, at most.</param>
public readonly record struct StealPair(int Thief, int Victim, long Steals, long Goroutines, int Most);
