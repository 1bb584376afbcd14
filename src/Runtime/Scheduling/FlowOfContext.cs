using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// The flow of <see cref="ExecutionContext"/>, and so of AsyncLocal values, with the goroutines of one M: each has its own context, which goes
/// where it goes.
/// </summary>
/// <remarks>
/// Nearly all switches are between goroutines that share a context, so what matters is how that is found out. The public way, capture
/// and compare, looks up the thread twice a switch. This reads the thread's field, and where a runtime has no such field it takes the public way.
/// A null context is the default one, as in that field.
/// The thread is the real one in the build of tests/Interleaved too, hence its full name.
/// </remarks>
internal readonly struct FlowOfContext(System.Threading.Thread thread)
{
    private static readonly bool s_readsField = CanReadField();
    private static readonly ExecutionContext s_default = DefaultContext();

    private readonly System.Threading.Thread _thread = thread;

    /// <summary>The one without values.</summary>
    internal static ExecutionContext Default => s_default;

    /// <summary>The caller's context for a goroutine that it starts: null for the default one, and where the flow is suppressed.</summary>
    internal static ExecutionContext? Capture()
    {
        var context = ExecutionContext.Capture();
        return ReferenceEquals(context, s_default) ? null : context;
    }

    /// <summary>Makes the goroutine's context the thread's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Restore(G g) => Switch(g.Context);

    /// <summary>Makes a context the thread's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Switch(ExecutionContext? context)
    {
        if (!s_readsField || !ReferenceEquals(FieldOf(_thread), context))
            Change(context);
    }

    /// <summary>Keeps the thread's context, which the goroutine may have changed, for the goroutine's next run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Save(G g)
    {
        if (!s_readsField || !ReferenceEquals(FieldOf(_thread), g.Context))
            g.Context = Capture();
    }

    private void Change(ExecutionContext? context)
    {
        // Tells those who listen to changes of AsyncLocal values.
        ExecutionContext.Restore(context ?? s_default);
        if (context is null && s_readsField)
            FieldOf(_thread) = null;
    }

    private static bool CanReadField()
    {
        try
        {
            _ = FieldOf(System.Threading.Thread.CurrentThread);
            return true;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    private static ExecutionContext DefaultContext()
    {
        ExecutionContext? context = null;
        // A thread of its own: the caller may have values, or have suppressed the flow.
        var thread = new System.Threading.Thread(() => context = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return context!;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_executionContext")]
    private static extern ref ExecutionContext? FieldOf(System.Threading.Thread thread);
}
