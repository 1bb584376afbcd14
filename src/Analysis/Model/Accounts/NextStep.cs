namespace Gmp.Analysis.Model.Accounts;

/// <summary>What a P did after a goroutine stopped on it.</summary>
public enum NextStep : byte
{
    /// <summary>The trace does not say, or ends.</summary>
    Unknown = 0,
    /// <summary>It ran another goroutine from its own queue.</summary>
    RanOwn = 1,
    /// <summary>It took one from the global queue.</summary>
    RanGlobal = 2,
    /// <summary>It stole one from another P.</summary>
    Stole = 3,
    /// <summary>It went idle: its M released it.</summary>
    WentIdle = 4,
    /// <summary>It went on with another M.</summary>
    HandedOff = 5,
    /// <summary>It looked for work a while and ran what came to its own queue meanwhile: a timer, the poller, a goroutine that somebody readied.</summary>
    Waited = 6,
}
