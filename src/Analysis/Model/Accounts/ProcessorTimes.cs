namespace Gmp.Analysis.Model.Accounts;

/// <summary>
/// Where the time of one P went. The parts add up to <see cref="WholeNs"/>: what no record covers is <see cref="SchedulingNs"/> while an M ran the P, and
/// <see cref="UnknownNs"/> before the trace first meets it and after a loss.
/// </summary>
/// <param name="WholeNs">The trace's length, ns.</param>
/// <param name="RunningNs">Goroutines ran.</param>
/// <param name="SyscallNs">A goroutine was in a system call and the P waited for it.</param>
/// <param name="SpinningNs">Its M looked for work.</param>
/// <param name="IdleNs">Nobody ran it.</param>
/// <param name="SchedulingNs">An M ran it between two goroutines.</param>
/// <param name="UnknownNs">The trace does not say.</param>
public readonly record struct ProcessorTimes(
    long WholeNs, long RunningNs, long SyscallNs, long SpinningNs, long IdleNs, long SchedulingNs, long UnknownNs);
