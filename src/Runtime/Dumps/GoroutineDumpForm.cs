namespace Gmp;

/// <summary>How a dump tells many goroutines.</summary>
public enum GoroutineDumpForm
{
    /// <summary>One by one up to a hundred, grouped beyond.</summary>
    Auto,

    /// <summary>One by one, however many there are.</summary>
    Each,

    /// <summary>Those with the same state, stack and creation chain together, the largest groups first (Go: the goroutine profile).</summary>
    Grouped,
}
