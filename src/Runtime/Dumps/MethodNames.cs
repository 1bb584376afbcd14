using System.Text;

namespace Gmp;

/// <summary>
/// What a method is called in its source. The compiler makes types of async methods and of lambdas, whose names say what they were made of:
/// <c>&lt;Work&gt;d__3</c> runs Work, <c>&lt;&lt;Main&gt;b__0_1&gt;d</c> a lambda in Main, <c>&lt;&lt;Main&gt;g__Loop|0_2&gt;d</c> its local function Loop.
/// </summary>
/// <remarks>Names alone, no reflection over methods: they are there in a trimmed program too.</remarks>
internal static class MethodNames
{
    /// <summary>The async method that a state machine runs.</summary>
    internal static string OfStateMachine(Type type)
    {
        if (type.IsConstructedGenericType)
            type = type.GetGenericTypeDefinition();
        return OfStateMachine((type.FullName ?? type.Name).Split('+'));
    }

    /// <summary>A method as stack frames tell it.</summary>
    /// <param name="typeName">The full name of its type, nested ones after a +.</param>
    /// <param name="methodName">Its own name.</param>
    internal static string Of(string typeName, string methodName)
    {
        var types = typeName.Split('+');
        if (methodName == "MoveNext" && types[^1].StartsWith('<') && types[^1].Contains(">d", StringComparison.Ordinal))
            return OfStateMachine(types);
        return Join(types, methodName);
    }

    /// <summary>A member as the compiler tells it to who asks for its caller.</summary>
    internal static string OfMember(string member)
    {
        var name = new StringBuilder();
        AppendMethod(name, member);
        return name.ToString();
    }

    private static string OfStateMachine(string[] types)
    {
        string last = types[^1];
        int end = EndOfBracket(last);
        return Join(types.AsSpan(0, types.Length - 1), end < 0 ? last : last[1..end]);
    }

    private static string Join(ReadOnlySpan<string> types, string method)
    {
        var name = new StringBuilder();
        foreach (string type in types)
        {
            // Closures are not in the source.
            if (type.Length == 0 || type[0] == '<')
                continue;
            // The number of type parameters stands after a `, and a constructed type's arguments in brackets.
            int end = type.AsSpan().IndexOfAny('`', '[');
            name.Append(end < 0 ? type : type[..end]).Append('.');
        }
        AppendMethod(name, method);
        return name.ToString();
    }

    private static void AppendMethod(StringBuilder name, string method)
    {
        int end = EndOfBracket(method);
        if (end < 0)
        {
            // A constructor's name begins with a dot.
            name.Append(method.TrimStart('.'));
            return;
        }
        AppendMethod(name, method[1..end]);
        string made = method[(end + 1)..];
        if (made.StartsWith("g__", StringComparison.Ordinal))
            name.Append('.').Append(made.AsSpan(3, Math.Max(0, made.IndexOf('|', StringComparison.Ordinal) - 3)));
        else if (made.StartsWith("b__", StringComparison.Ordinal))
            name.Append(".lambda");
    }

    // Of the bracket that the name begins with; -1 if there is none.
    private static int EndOfBracket(string name)
    {
        if (!name.StartsWith('<'))
            return -1;
        int depth = 0;
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] == '<')
                depth++;
            else if (name[i] == '>' && --depth == 0)
                return i;
        }
        return -1;
    }
}
