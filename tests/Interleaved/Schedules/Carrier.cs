namespace Gmp.Interleaving;

/// <summary>A real thread that carries strands, one after another, while it has the baton. Kept for the next schedule: a thread costs more than a schedule.</summary>
internal sealed class Carrier
{
    private static readonly Stack<Carrier> s_free = [];

    private readonly Baton _baton = new();
    private Strand? _strand;

    [field: ThreadStatic]
    internal static Strand? Strand { get; private set; }

    /// <summary>Gives a strand a thread and starts it there. The caller has the baton and gives it away.</summary>
    internal static void Start(Strand strand)
    {
        Carrier? carrier;
        bool isNew;
        lock (s_free)
            isNew = !s_free.TryPop(out carrier);
        carrier ??= new Carrier();
        carrier._strand = strand;
        strand.Carrier = carrier;
        if (isNew)
            new System.Threading.Thread(carrier.Run) { IsBackground = true, Name = "interleaved" }.Start();
        else
            carrier.Resume();
    }

    /// <summary>Gives it the baton.</summary>
    internal void Resume() => _baton.Give();

    /// <summary>Waits for the baton.</summary>
    internal void Pause() => _baton.Take();

    private void Run()
    {
        while (true)
        {
            var strand = Strand = _strand!;
            bool isSound = strand.Schedule.Carry(strand, () =>
            {
                Strand = null;
                _strand = null;
                lock (s_free)
                    s_free.Push(this);
            });
            if (!isSound)
                return;
            Pause();
        }
    }
}

/// <summary>Lets one thread go on. One waiter, one giver.</summary>
#pragma warning disable CA1001 // lives as long as its thread, which is as long as the process
internal sealed class Baton
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _given = new(0);

    internal void Give() => _given.Release();

    internal void Take() => _given.Wait();

    internal bool Take(TimeSpan limit) => _given.Wait(limit);
}
