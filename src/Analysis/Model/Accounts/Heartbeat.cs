namespace Gmp.Analysis.Model.Accounts;

/// <summary>Queue depths and counts as sysmon saw them at a moment.</summary>
/// <param name="Time">ns since the trace's start.</param>
/// <param name="Global">Goroutines in the global queue.</param>
/// <param name="Local">Goroutines in the Ps' queues.</param>
/// <param name="IdleProcessors">Ps that nobody ran.</param>
/// <param name="Spinning">Ms that looked for work.</param>
/// <param name="Goroutines">Goroutines alive.</param>
public readonly record struct Heartbeat(long Time, int Global, int Local, int IdleProcessors, int Spinning, int Goroutines);
