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
    long WholeNs, long RunningNs, long SyscallNs, long SpinningNs, long IdleNs, long SchedulingNs, long UnknownNs)
{
    /// <summary>The times of a P in what the model counts. Walks its spans; hold the gate while the trace is live.</summary>
    public static ProcessorTimes Of(TraceModel model, Lane lane)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(lane);
        long running = 0, syscall = 0, spinning = 0;
        foreach (var span in lane.Spans)
        {
            long ns = Within(model, span.Start, span.End);
            switch (span.Kind)
            {
                case SpanKind.Running:
                    running += ns;
                    break;
                case SpanKind.Syscall:
                    syscall += ns;
                    break;
                default:
                    spinning += ns;
                    break;
            }
        }
        long idle = lane.IdlePeriods.Sum(p => Within(model, p.Start, p.End));
        long unknown = lane.UnknownPeriods.Sum(p => Within(model, p.Start, p.End));
        return new ProcessorTimes(
            model.Length, running, syscall, spinning, idle, model.Length - running - syscall - spinning - idle - unknown, unknown);
    }

    private static long Within(TraceModel model, long start, long end) =>
        Math.Max(0, Math.Min(end, model.Duration) - Math.Max(start, model.Start));
}
