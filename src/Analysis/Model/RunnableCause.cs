namespace Gmp.Analysis.Model;

/// <summary>What made a goroutine runnable.</summary>
public enum RunnableCause : byte
{
    /// <summary>The trace does not say: it met the goroutine so.</summary>
    Unknown = 0,
    /// <summary>It was created.</summary>
    Created = 1,
    /// <summary>What it waited for happened.</summary>
    Unblocked = 2,
    /// <summary>It gave way of its own will.</summary>
    Yielded = 3,
    /// <summary>It gave way at a scheduling point because its slice was over, or had lost its P as a hog.</summary>
    Preempted = 4,
    /// <summary>It came back from a system call and its P was gone.</summary>
    Syscall = 5,
}
