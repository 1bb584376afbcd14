using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;

namespace Gmp.Tool.Tui.Sources;

/// <summary>A trace that was read from a file.</summary>
internal sealed class FileSource(LoadedTrace trace, string path) : ITimelineSource
{
    public TraceModel Model => trace.Model;

    public bool IsLive => false;

    public string Title { get; } = Path.GetFileName(path);

    public int ProcessId => trace.Info.ProcessId;

    public long Bytes => trace.Info.Bytes;

    public long EventsLost => trace.Info.EventsLost + trace.Info.BatchesLost;

    public string? Notice => null;

    public long SliceOf(int scheduler) => trace.Info.SliceNs(scheduler);
}
