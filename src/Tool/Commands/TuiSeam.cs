using Gmp.Analysis.Reading;
using Gmp.Tool.Recording;

namespace Gmp.Tool.Tui;

public sealed record TuiOptions { public long? At { get; init; } public bool Ascii { get; init; } public bool NoColor { get; init; } }

public static class TimelineApp
{
    public static int RunLive(TraceFollower follower, ILiveRecording recording, TuiOptions options) => throw new PlatformNotSupportedException("no screen yet");

    public static int RunFile(LoadedTrace trace, string path, TuiOptions options) => throw new PlatformNotSupportedException("no screen yet");
}
