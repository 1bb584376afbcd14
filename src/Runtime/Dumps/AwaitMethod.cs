using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>An async method as dumps tell it: its name, and where its awaits stand. One object a state machine type. Thread-safe.</summary>
internal sealed class AwaitMethod
{
    /// <summary>No await, or not known at which: what a state machine has too while it runs.</summary>
    internal const int NoState = -1;

    private static readonly ConditionalWeakTable<Type, AwaitMethod> s_all = [];

    private readonly Type _type;
    private readonly FieldInfo? _state;
    private readonly FieldInfo? _this;
    private string?[]? _lines;

    private AwaitMethod(Type type)
    {
        _type = type;
        Name = MethodNames.OfStateMachine(type);
        _state = Field(type, "<>1__state");
        if (type.DeclaringType is { } declaring && typeof(GoBody).IsAssignableFrom(declaring))
            _this = Field(type, "<>4__this");
    }

    internal string Name { get; }

    internal static AwaitMethod Of(Type stateMachine) => s_all.GetValue(stateMachine, static type => new AwaitMethod(type));

    /// <summary>At which await a state machine stands.</summary>
    /// <param name="copy">The state machine, or what it was a moment ago.</param>
    internal int StateOf(object copy) => _state?.GetValue(copy) as int? ?? NoState;

    /// <summary>If the method belongs to the runtime and only calls a function of somebody else's: that function.</summary>
    internal Delegate? CalleeOf(object copy) => (_this?.GetValue(copy) as GoBody)?.Function;

    /// <summary><c>file:line</c> of an await, or null.</summary>
    internal string? LineOf(int state)
    {
        if (state < 0)
            return null;
        // Two threads may both read them, which harms nobody.
        var lines = _lines ??= SourceLines.OfAwaits(_type);
        return state < lines.Length ? lines[state] : null;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The methods of a state machine use its fields, so they are kept. Without their names a dump has no lines.")]
    private static FieldInfo? Field(Type type, string name) => type.GetField(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}
