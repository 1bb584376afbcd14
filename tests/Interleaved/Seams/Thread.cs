using Gmp.Interleaving;

namespace Gmp;

/// <summary>Stands in for System.Threading.Thread: a strand of the schedule.</summary>
internal sealed class Thread(System.Threading.ThreadStart body)
{
    private const int NanosecondsPerSpin = 37;

    internal bool IsBackground { get; init; }

    internal string Name { get; init; } = "";

    internal void UnsafeStart()
    {
        var schedule = Carrier.Strand?.Schedule ?? Schedule.Current
            ?? throw new InvalidOperationException("A thread is started outside a schedule.");
        // What runs there is mostly an M, whose state others read.
        if (body.Target is M m)
            schedule.Share(m);
        schedule.Spawn(Name[(Name.LastIndexOf('-') + 1)..], () => body());
    }

    internal static void SpinWait(int iterations)
    {
        if (Carrier.Strand is not { } strand)
            return;
        strand.Schedule.Advance((long)iterations * NanosecondsPerSpin);
        strand.Schedule.Step(strand, "spins", "", "", 0, yields: true);
    }

    // As long as a system call that finds nobody else takes, so that who yields until a time has passed comes to it.
    internal static bool Yield()
    {
        SpinWait(500 / NanosecondsPerSpin);
        return true;
    }
}

/// <summary>Stands in for System.Threading.SpinWait.</summary>
internal readonly struct SpinWait
{
#pragma warning disable CA1822 // as the one it stands for
    internal void SpinOnce(int sleep1Threshold = 0)
    {
        if (Carrier.Strand is { } strand)
            strand.Schedule.Step(strand, "spins", "", "", sleep1Threshold, yields: true);
    }
#pragma warning restore CA1822
}
