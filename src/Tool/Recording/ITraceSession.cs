namespace Gmp.Tool.Recording;

/// <summary>
/// An open EventPipe session. A seam: tests play a target that dies, hangs or writes too much. Its members fail with
/// <see cref="IOException"/> or the client's own exceptions once the target is gone.
/// </summary>
internal interface ITraceSession : IDisposable
{
    /// <summary>The nettrace stream. One thread reads it to its end, or the target's diagnostics port stays busy.</summary>
    Stream Stream { get; }

    /// <summary>Makes every scheduler of the target hand over what it buffers. Returns when that is in the session's own buffer.</summary>
    Task FlushAsync(CancellationToken cancel);

    /// <summary>
    /// Opens another session in the same target, in which the runtime samples the stacks of all threads. Its <see cref="StopAsync"/> makes the runtime
    /// tell where the code of its methods is. Null where the target cannot be sampled.
    /// </summary>
    Task<ITraceSession?> OpenSamplerAsync(CancellationToken cancel) => Task.FromResult<ITraceSession?>(null);

    /// <summary>Makes every scheduler of the target tell everyone's state anew, so that what follows can be read without what was before.</summary>
    Task RenewAsync(CancellationToken cancel);

    /// <summary>Ends the session. Completes only while somebody reads <see cref="Stream"/>, which then ends.</summary>
    Task StopAsync(CancellationToken cancel);

    /// <summary>Closes the connection, so that a read in another thread ends. The target ends the session at its next write.</summary>
    void Abort();
}
