namespace Gmp;

/// <summary>A send on a closed channel, or a second close: bugs of the program, which panic in Go.</summary>
public sealed class ChanClosedException : InvalidOperationException
{
    /// <summary>Makes one with Go's words.</summary>
    public ChanClosedException()
        : base("send on closed channel")
    {
    }

    /// <summary>Makes one.</summary>
    public ChanClosedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one.</summary>
    public ChanClosedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
