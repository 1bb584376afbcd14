using System.Reflection;
using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>One level of a goroutine's logical stack: a method, and at which of its awaits it stands. Equal for goroutines that stand at the same place.</summary>
/// <param name="Where">The <see cref="AwaitMethod"/>, or the <see cref="MethodInfo"/> of a function that is no GoTask method or has not begun.</param>
/// <param name="State">The await, or <see cref="AwaitMethod.NoState"/>.</param>
internal readonly record struct AwaitPoint(object Where, int State)
{
    /// <summary>A function that a goroutine was started with.</summary>
    internal static AwaitPoint Of(Delegate function)
    {
        // The continuation of an async Task method belongs to a box whose type names the state machine.
        if (function.Target?.GetType() is { IsConstructedGenericType: true } box)
        {
            foreach (var argument in box.GenericTypeArguments)
            {
                if (typeof(IAsyncStateMachine).IsAssignableFrom(argument))
                    return new AwaitPoint(AwaitMethod.Of(argument), AwaitMethod.NoState);
            }
        }
        return new AwaitPoint(function.Method, AwaitMethod.NoState);
    }

    /// <summary>What the method is called in its source.</summary>
    internal string Method => Where is AwaitMethod method ? method.Name : NameOf((MethodInfo)Where);

    /// <summary><c>Method at file:line</c>, or the method alone.</summary>
    public override string ToString() => (Where as AwaitMethod)?.LineOf(State) is { } line ? $"{Method} at {line}" : Method;

    private static string NameOf(MethodInfo function) => MethodNames.Of(function.DeclaringType?.FullName ?? "", function.Name);
}
