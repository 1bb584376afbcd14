namespace Gmp.Analysis.Sampling;

/// <summary>
/// What a method is called in its source. The compiler makes types and methods of its own for async methods, lambdas and local functions, whose
/// names say what they were made of: <c>&lt;Work&gt;d__3.MoveNext</c> runs Work, <c>&lt;Main&gt;b__0_1</c> is a lambda in Main,
/// <c>&lt;Main&gt;g__Loop|0_2</c> its local function Loop.
/// </summary>
public static class SourceName
{
    /// <summary>The name for people: <c>Hog.Spin</c>, <c>lambda in Program.Main</c>, <c>Loop in Program.Main</c>.</summary>
    /// <param name="type">The type's full name, nested ones after a +; may be empty.</param>
    /// <param name="method">The method's own name.</param>
    public static string Of(string type, string method)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(method);
        // What stands in brackets are type arguments, which may hold any of the other signs.
        string[] types = type.Split('[', 2)[0].Split('+');
        int count = types.Length;
        string name = method.Split('[', 2)[0];
        if (name == "MoveNext" && IsStateMachine(types[count - 1]))
            name = types[--count][1..];
        // A state machine of an async lambda has the lambda's name in its own: <<Main>b__0_1>d.
        if (count < types.Length)
            name = name[..(EndOfBracket("<" + name) - 1)];
        string owner = string.Join('.', types.Take(count).Select(Plain).Where(t => t.Length > 0));
        return Describe(owner, name);
    }

    private static string Describe(string owner, string method)
    {
        int end = EndOfBracket(method);
        if (end < 0)
        {
            return method switch
            {
                ".ctor" => "new " + owner,
                ".cctor" => "static " + owner,
                _ => Join(owner, method),
            };
        }
        string outer = Describe(owner, method[1..end]);
        string made = method[(end + 1)..];
        if (made.StartsWith("b__", StringComparison.Ordinal))
            return outer.StartsWith("lambda in ", StringComparison.Ordinal) ? outer : "lambda in " + outer;
        int bar = made.IndexOf('|', StringComparison.Ordinal);
        return made.StartsWith("g__", StringComparison.Ordinal) && bar > 3 ? $"{made[3..bar]} in {outer}" : outer;
    }

    // <Main>$ holds the statements that stand outside of any method; an implementation of an interface's method is named after both.
    private static string Join(string owner, string method)
    {
        string plain = method[(method.LastIndexOf('.') + 1)..];
        return owner.Length == 0 ? plain : $"{owner}.{plain}";
    }

    // The type without its namespace and the number of its parameters; empty for a closure, which is not in the source.
    private static string Plain(string type)
    {
        int bracket = type.IndexOf('<', StringComparison.Ordinal);
        string plain = type[((bracket < 0 ? type : type[..bracket]).LastIndexOf('.') + 1)..].Split('`', 2)[0];
        if (!plain.StartsWith('<'))
            return plain;
        // A type of one file: <Program>F0123__Name.
        int name = plain.IndexOf("__", StringComparison.Ordinal);
        return plain.Contains(">F", StringComparison.Ordinal) && name > 0 ? plain[(name + 2)..] : "";
    }

    private static bool IsStateMachine(string type) =>
        EndOfBracket(type) is > 0 and int end && type.AsSpan(end + 1).StartsWith("d");

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
