namespace Gmp.Tool.Ports;

/// <summary>What came of knocking at a diagnostics port.</summary>
internal enum PortAnswer
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>The runtime answered.</summary>
    Answers,

    /// <summary>Nobody knocked, and nothing speaks against it.</summary>
    NotAsked,

    /// <summary>The socket is there and nobody listens: who made it was killed.</summary>
    Dead,

    /// <summary>The system does not let this user in.</summary>
    Denied,

    /// <summary>No answer in time.</summary>
    Silent,

    /// <summary>The runtime is older than .NET 6.</summary>
    TooOld,
}
