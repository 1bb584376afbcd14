using System.Diagnostics;

namespace Gmp;

/// <summary>
/// The lock of a channel or another small thing: held for tens of ns, by Ms in the runtime (whose P nobody takes) or by other threads.
/// A mutable struct: never copy it.
/// </summary>
internal struct SpinGate
{
    private int _held;

    internal void Enter()
    {
        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
            Spin();
    }

    internal bool TryEnter() => Interlocked.CompareExchange(ref _held, 1, 0) == 0;

    internal void Exit()
    {
        Debug.Assert(_held == 1);
        Volatile.Write(ref _held, 0);
    }

    private void Spin()
    {
        var spinner = new SpinWait();
        do
        {
            spinner.SpinOnce(sleep1Threshold: 50);
        }
        while (Volatile.Read(ref _held) != 0 || Interlocked.CompareExchange(ref _held, 1, 0) != 0);
    }
}
