using Gmp.Analysis.Model;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Analysis.Sampling;

namespace Gmp.Analysis.Reading;

/// <summary>Takes in the CPU samples that a recorder added to a file. Damaged ones are left out.</summary>
internal sealed class SampleIntake(CpuSamples samples)
{
    private const int MostChars = 4096;

    // In ticks until the trace's start is known, which the samples stand behind in the file and not always in the piece that is read.
    private readonly List<(long Ticks, long Thread, int Stack)> _samples = [];
    private readonly List<(long Start, long End, long Lost)> _periods = [];

    /// <summary>Takes an event in.</summary>
    public void Take(int id, ReadOnlySpan<byte> payload)
    {
        var walk = new ByteWalker(payload);
        switch (id)
        {
            case SampleEvents.SettingsId:
                if (walk.Int32(out _) && walk.Int64(out long threshold) && walk.Utf16(MostChars, out string problem))
                    (samples.ThresholdNs, samples.Problem) = (Math.Max(0, threshold), problem);
                break;
            case SampleEvents.PeriodId:
                if (walk.Int64(out long start) && walk.Int64(out long end) && walk.Int64(out long lost))
                    _periods.Add((start, end, lost));
                break;
            case SampleEvents.FrameId:
                if (walk.Int32(out int frame) && frame == samples.FrameList.Count && walk.Int32(out int line) && walk.Utf16(MostChars, out string type)
                    && walk.Utf16(MostChars, out string method) && walk.Utf16(MostChars, out string module) && walk.Utf16(MostChars, out string file))
                    samples.FrameList.Add(new CodeFrame(type, method, module, file, Math.Max(0, line)));
                break;
            case SampleEvents.StackId:
                if (walk.Int32(out int stack) && stack == samples.StackList.Count && walk.Int32(out int at) && walk.Int32(out int caller)
                    && at >= 0 && at < samples.FrameList.Count && caller >= -1 && caller < stack)
                    samples.StackList.Add(new StackNode(at, caller));
                break;
            case SampleEvents.SampleId:
                if (walk.Int64(out long ticks) && walk.Int64(out long thread) && walk.Int32(out int top) && top >= 0 && top < samples.StackList.Count)
                    _samples.Add((ticks, thread, top));
                break;
        }
    }

    /// <summary>Nothing will follow.</summary>
    public void Complete(TraceClock clock)
    {
        long origin = clock.Origin ?? 0;
        foreach (var (ticks, thread, stack) in _samples)
            samples.Add(thread, clock.ToNs(ticks - origin), stack);
        foreach (var (start, end, lost) in _periods)
            samples.PeriodList.Add(new SampledPeriod(clock.ToNs(start - origin), clock.ToNs(end - origin), lost));
        _samples.Clear();
        _periods.Clear();
        samples.Sort();
    }
}
