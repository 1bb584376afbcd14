using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>What kind of waiting a reason is, and so whether it can be a complaint.</summary>
internal static class WaitNature
{
    /// <summary>A kind of waiting.</summary>
    public enum Kind
    {
        /// <summary>For time to pass, for the outside world or for work: what a program does when it has nothing to do.</summary>
        Idle,
        /// <summary>For other goroutines to send, receive or finish.</summary>
        Message,
        /// <summary>For what one goroutine has and others want.</summary>
        Lock,
        /// <summary>For a Task or another thing that is not the scheduler's.</summary>
        Outside,
    }

    /// <summary>The kind of a reason.</summary>
    public static Kind Of(WaitReason reason) => reason switch
    {
        WaitReason.Sleep or WaitReason.IOWait or WaitReason.PoolWorkerIdle or WaitReason.SelectNoCases => Kind.Idle,
        WaitReason.MutexLock or WaitReason.RWMutexLock or WaitReason.RWMutexRLock or WaitReason.SemAcquire or WaitReason.Once or WaitReason.PoolSubmit => Kind.Lock,
        WaitReason.ForeignAwait => Kind.Outside,
        _ => Kind.Message,
    };
}
