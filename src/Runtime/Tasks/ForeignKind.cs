using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>What a kind of foreign awaitable is: its type, and whether a goroutine that waits for it waits for I/O. One for each type, for good.</summary>
/// <remarks>
/// No awaitable says that it is I/O, so it is told by where it was written: an object or an async method of System.Net, System.IO or the file handles.
/// One step is looked at, what the goroutine itself awaits. A method of the program's own that awaits a socket is a foreign await, and so is a Task
/// that a ValueTask was turned into. Rejected: following what such a method awaits in turn, which needs reflection over its fields at every wait.
/// </remarks>
internal sealed class ForeignKind
{
    private static readonly ConditionalWeakTable<Type, ForeignKind> s_all = [];

    private readonly Type _type;
    private string? _text;

    private ForeignKind(Type type)
    {
        _type = type;
        Reason = IsIO(MethodOf(type) ?? type) ? WaitReason.IOWait : WaitReason.ForeignAwait;
    }

    internal WaitReason Reason { get; }

    /// <summary>What is awaited, for dumps: <c>HttpClient.GetStringAsync</c> for an async method, otherwise the type.</summary>
    internal string Text => _text ??= MethodOf(_type) is { } method ? MethodText(method) : TypeText(_type);

    /// <summary>The kind of what an awaiter awaits. Any thread.</summary>
    internal static ForeignKind Of<TAwaiter>(ref TAwaiter awaiter)
    {
        var type = ForeignSource.Of(ref awaiter)?.GetType() ?? typeof(TAwaiter);
        // An await in a loop awaits the same kind again and again: one comparison instead of a look-up.
        var last = Seen<TAwaiter>.Last;
        if (last?._type == type)
            return last;
        return Seen<TAwaiter>.Last = s_all.GetValue(type, static t => new ForeignKind(t));
    }

    // The task of an async method has the method's state machine as a type argument.
    private static Type? MethodOf(Type type)
    {
        if (!type.IsConstructedGenericType)
            return null;
        foreach (var argument in type.GenericTypeArguments)
        {
            if (argument.IsAssignableTo(typeof(IAsyncStateMachine)))
                return argument;
        }
        return null;
    }

    private static bool IsIO(Type type)
    {
        string? room = type.Namespace;
        return room is not null && type.Assembly != typeof(ForeignKind).Assembly
            && (IsIn(room, "System.Net") || (IsIn(room, "System.IO") && !IsIn(room, "System.IO.Pipelines")) || IsIn(room, "Microsoft.Win32.SafeHandles"));

        static bool IsIn(string room, string house) =>
            room.StartsWith(house, StringComparison.Ordinal) && (room.Length == house.Length || room[house.Length] == '.');
    }

    // The compiler names a state machine <Method>d__N and nests it in the method's type.
    private static string MethodText(Type stateMachine)
    {
        string name = stateMachine.Name;
        int end = name.IndexOf('>', StringComparison.Ordinal);
        if (name.StartsWith('<') && end > 1)
            name = name[1..end];
        return stateMachine.DeclaringType is { } owner ? $"{TypeText(owner)}.{name}" : name;
    }

    private static string TypeText(Type type)
    {
        string name = type.Name;
        int arity = name.IndexOf('`', StringComparison.Ordinal);
        if (arity > 0)
            name = name[..arity];
        return type.DeclaringType is { } owner ? $"{TypeText(owner)}.{name}" : name;
    }

    private static class Seen<TAwaiter>
    {
        // Whole before it is seen: published by a reference, and never changed.
        internal static volatile ForeignKind? Last;
    }
}
