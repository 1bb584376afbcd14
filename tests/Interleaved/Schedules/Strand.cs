using System.Runtime.CompilerServices;

namespace Gmp.Interleaving;

/// <summary>What a strand may do now.</summary>
internal enum StrandState
{
    Runnable,
    Blocked,
    Finished,
}

/// <summary>A thread whose every step a <see cref="Schedule"/> decides. Its fields belong to whoever has the baton.</summary>
internal sealed class Strand(Schedule schedule, int id, string name, Action body)
{
    internal readonly Schedule Schedule = schedule;
    internal readonly int Id = id;
    internal readonly string Name = name;
    internal readonly Action Body = body;

    /// <summary>The real thread that carries it, from its first step on.</summary>
    internal Carrier? Carrier;

    internal StrandState State;

    /// <summary>What it is blocked on.</summary>
    internal object? WaitsFor;

    /// <summary>When its blocking ends by itself, on the virtual clock; <see cref="long.MaxValue"/> for never.</summary>
    internal long Deadline = long.MaxValue;

    /// <summary>Its blocking ended by itself.</summary>
    internal bool TimedOut;

    /// <summary>The higher goes first, in schedules by priority.</summary>
    internal int Priority;

    /// <summary>Stores that other threads do not see yet, oldest first: x64's store buffer.</summary>
    internal readonly List<PendingStore> Stores = [];

    /// <summary>The newest pending store to a location: a thread sees its own stores at once.</summary>
    internal bool TryForward<T>(ref readonly T location, out T value)
    {
        for (int i = Stores.Count - 1; i >= 0; i--)
        {
            if (Stores[i] is PendingStore<T> store && store.IsAt(in location))
            {
                value = store.Value;
                return true;
            }
        }
        value = default!;
        return false;
    }

    /// <summary>Makes the oldest pending stores visible.</summary>
    internal void Drain(int most = int.MaxValue)
    {
        int n = Math.Min(most, Stores.Count);
        for (int i = 0; i < n; i++)
            Stores[i].Apply();
        Stores.RemoveRange(0, n);
    }
}

/// <summary>A store in a store buffer: an object and the place in it, as a reference to a field cannot be kept.</summary>
internal abstract class PendingStore
{
    internal abstract void Apply();

    /// <summary>Where an object's fields begin.</summary>
    internal static ref byte Start(object owner) => ref Unsafe.As<Fields>(owner).First;

    /// <summary>How many bytes of fields an object of this type has. CoreCLR keeps its size, with header and type, in the type's handle.</summary>
    internal static unsafe nint SizeOf(Type type) => *(int*)(type.TypeHandle.Value + 4) - (2 * IntPtr.Size);

    private sealed class Fields
    {
#pragma warning disable CS0649 // only its place is of use
        internal byte First;
#pragma warning restore CS0649
    }
}

internal sealed class PendingStore<T>(object owner, nint offset, T value) : PendingStore
{
    internal T Value => value;

    private ref T Location => ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref Start(owner), offset));

    internal bool IsAt(ref readonly T location) => Unsafe.AreSame(in location, in Location);

    internal override void Apply() => Location = value;
}
