using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// The object behind an awaiter: the Task, or the socket's or the file's own operation. It is looked at to say why a goroutine waits, and for nothing else:
/// where it cannot be found the wait is the same and its reason less precise.
/// </summary>
/// <remarks>
/// Everything here is decided when a method is compiled, since the awaiter's type is known then. No reflection: a value of one word that holds a
/// reference is that reference; the fields of the framework's larger awaiters are named, and a framework without them is noticed once.
/// </remarks>
internal static class ForeignSource
{
    private static readonly bool s_hasFields = HasFields();

    /// <summary>The object, or null if it is not known or there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static object? Of<TAwaiter>(ref TAwaiter awaiter)
    {
        if (default(TAwaiter) is null)
            return awaiter;
        // TaskAwaiter and TaskAwaiter<T> among others.
        if (Unsafe.SizeOf<TAwaiter>() == nint.Size)
            return RuntimeHelpers.IsReferenceOrContainsReferences<TAwaiter>() ? Unsafe.As<TAwaiter, object?>(ref awaiter) : null;
        if (!s_hasFields)
            return null;
        if (typeof(TAwaiter) == typeof(ValueTaskAwaiter))
            return ObjectOf(ref ValueOf(ref Unsafe.As<TAwaiter, ValueTaskAwaiter>(ref awaiter)));
        if (typeof(TAwaiter) == typeof(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter))
            return ObjectOf(ref ValueOf(ref Unsafe.As<TAwaiter, ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter>(ref awaiter)));
        if (typeof(TAwaiter) == typeof(ConfiguredTaskAwaitable.ConfiguredTaskAwaiter))
            return TaskOf(ref Unsafe.As<TAwaiter, ConfiguredTaskAwaitable.ConfiguredTaskAwaiter>(ref awaiter));
        // The results that I/O of the framework has: bytes, places, text, and what sockets give.
        return OfResult<TAwaiter, int>(ref awaiter)
            ?? OfResult<TAwaiter, long>(ref awaiter)
            ?? OfResult<TAwaiter, string>(ref awaiter)
            ?? OfResult<TAwaiter, Socket>(ref awaiter)
            ?? OfResult<TAwaiter, SocketReceiveFromResult>(ref awaiter)
            ?? OfResult<TAwaiter, SocketReceiveMessageFromResult>(ref awaiter);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static object? OfResult<TAwaiter, T>(ref TAwaiter awaiter)
    {
        if (typeof(TAwaiter) == typeof(ValueTaskAwaiter<T>))
            return Fields<T>.ObjectOf(ref Fields<T>.ValueOf(ref Unsafe.As<TAwaiter, ValueTaskAwaiter<T>>(ref awaiter)));
        if (typeof(TAwaiter) == typeof(ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter))
            return Fields<T>.ObjectOf(ref Fields<T>.ValueOf(ref Unsafe.As<TAwaiter, ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter>(ref awaiter)));
        if (typeof(TAwaiter) == typeof(ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter))
            return Fields<T>.TaskOf(ref Unsafe.As<TAwaiter, ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter>(ref awaiter));
        return null;
    }

    private static bool HasFields()
    {
        try
        {
            var value = new ValueTask(Task.CompletedTask).GetAwaiter();
            var configuredValue = new ValueTask(Task.CompletedTask).ConfigureAwait(false).GetAwaiter();
            var configured = Task.CompletedTask.ConfigureAwait(false).GetAwaiter();
            return ReferenceEquals(ObjectOf(ref ValueOf(ref value)), Task.CompletedTask)
                && ReferenceEquals(ObjectOf(ref ValueOf(ref configuredValue)), Task.CompletedTask)
                && ReferenceEquals(TaskOf(ref configured), Task.CompletedTask)
                && Fields<int>.AreThere(0);
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
    private static extern ref ValueTask ValueOf(ref ValueTaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
    private static extern ref ValueTask ValueOf(ref ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_obj")]
    private static extern ref object? ObjectOf(ref ValueTask value);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
    private static extern ref Task TaskOf(ref ConfiguredTaskAwaitable.ConfiguredTaskAwaiter awaiter);

    private static class Fields<T>
    {
        internal static bool AreThere(T result)
        {
            var task = Task.FromResult(result);
            var value = new ValueTask<T>(task).GetAwaiter();
            var configuredValue = new ValueTask<T>(task).ConfigureAwait(false).GetAwaiter();
            var configured = task.ConfigureAwait(false).GetAwaiter();
            return ReferenceEquals(ObjectOf(ref ValueOf(ref value)), task)
                && ReferenceEquals(ObjectOf(ref ValueOf(ref configuredValue)), task)
                && ReferenceEquals(TaskOf(ref configured), task);
        }

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
        internal static extern ref ValueTask<T> ValueOf(ref ValueTaskAwaiter<T> awaiter);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
        internal static extern ref ValueTask<T> ValueOf(ref ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter awaiter);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_obj")]
        internal static extern ref object? ObjectOf(ref ValueTask<T> value);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
        internal static extern ref Task<T> TaskOf(ref ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter awaiter);
    }
}
