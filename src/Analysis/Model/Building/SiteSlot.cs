namespace Gmp.Analysis.Model.Building;

/// <summary>
/// A creation site that goroutines refer to before the trace says what it is. The ids are a process's, and the record of one may stand in
/// the stream of another scheduler: then the slot of the whole trace has it.
/// </summary>
internal sealed class SiteSlot(SiteSlot? ofTrace)
{
    /// <summary>Where the time of its goroutines is counted; null for the slot of a whole trace.</summary>
    public Accounts.SiteAccount? Account { get; set; }

    /// <summary>What the scheduler's own record says, or null.</summary>
    public SourceSite? Site { get; set; }

    /// <summary>What is known.</summary>
    public SourceSite? Resolve() => Site ?? ofTrace?.Site;
}
