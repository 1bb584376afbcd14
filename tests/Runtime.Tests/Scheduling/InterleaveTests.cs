using System.Reflection;

namespace Gmp.Tests;

/// <summary>The marks for tests/Interleaved cost nothing: the compiler leaves no call of them in the runtime that is shipped.</summary>
public sealed class InterleaveTests
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const byte Call = 0x28;

    [Fact]
    public void No_mark_is_left_in_the_runtime()
    {
        var methods = typeof(M).Assembly.GetTypes().Where(type => type != typeof(Interleave))
            .SelectMany(type => type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All))).ToList();
        Assert.Contains(methods, method => Calls(method).Any(called => called.DeclaringType == typeof(M)));
        Assert.DoesNotContain(methods, method => Calls(method).Any(called => called.DeclaringType == typeof(Interleave)));
    }

    // Every place that could be a call: a byte of another instruction's argument that looks like one mostly names no method.
    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] != Call)
                continue;
            MethodBase? called = null;
            try
            {
                called = method.Module.ResolveMethod(BitConverter.ToInt32(code, i + 1), typeArguments, methodArguments);
            }
            catch (Exception e) when (e is ArgumentException or BadImageFormatException or MissingMethodException or TypeLoadException)
            {
            }
            if (called is not null)
                yield return called;
        }
    }
}
