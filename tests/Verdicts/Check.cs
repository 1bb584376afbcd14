using Gmp.Analysis.Questions;

namespace Gmp.Verdicts;

/// <summary>A number that the sample measured and the report tells too.</summary>
/// <param name="What">In words.</param>
/// <param name="Truth">The sample's.</param>
/// <param name="Found">The report's; null where it does not tell it.</param>
internal sealed record Check(string What, Func<Truth, double?> Truth, Func<Report, double?> Found)
{
    /// <summary>How far they may be apart.</summary>
    public const double Tolerance = 0.05;

    /// <summary>How far they may be apart where the machine is busy: more than elsewhere only where what is measured needs a CPU of its own to be seen.</summary>
    public double BusyTolerance { get; init; } = Tolerance;

    /// <summary>How far they may be apart at least, for numbers that are small.</summary>
    public double Least { get; init; }
}
