namespace Gmp.Analysis.Sampling;

/// <summary>
/// The events of CPU samples in a trace file. Our recorder adds them at the file's end: the target itself writes nothing of the kind. Each is an
/// ordinary event with described fields, so that any tool that opens the file can show them. docs/trace-format.md tells what the fields mean.
/// </summary>
public static class SampleEvents
{
    /// <summary>The provider's name.</summary>
    public const string ProviderName = "Gmp-Trace-Samples";

    /// <summary>How it was sampled: one event a file.</summary>
    public const int SettingsId = 1;

    /// <summary>A stretch of time in which every thread was sampled.</summary>
    public const int PeriodId = 2;

    /// <summary>A place in the code.</summary>
    public const int FrameId = 3;

    /// <summary>A place on a stack: a frame and what called it.</summary>
    public const int StackId = 4;

    /// <summary>A thread's stack at a moment.</summary>
    public const int SampleId = 5;
}
