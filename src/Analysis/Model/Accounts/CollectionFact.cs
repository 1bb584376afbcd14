namespace Gmp.Analysis.Model.Accounts;

/// <summary>A pause of the garbage collector as the scheduler told it.</summary>
/// <param name="Time">When sysmon saw it, ns since the trace's start: the pause was up to <paramref name="WindowNs"/> before.</param>
/// <param name="WindowNs">See <paramref name="Time"/>.</param>
/// <param name="PauseNs">How long all threads stood still, ns.</param>
/// <param name="Collections">Collections that began since the one before.</param>
/// <param name="Generation">What the last of them collected.</param>
/// <param name="HeapBytes">The heap after it, bytes.</param>
/// <param name="IsBackground">True if it ran beside the program.</param>
/// <param name="Goroutines">Goroutines alive, as far as the trace knows them.</param>
public readonly record struct CollectionFact(
    long Time, long WindowNs, long PauseNs, int Collections, int Generation, long HeapBytes, bool IsBackground, int Goroutines);
