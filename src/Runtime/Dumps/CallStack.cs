using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Gmp;

/// <summary>
/// The stack of an exception or of the caller as dumps tell it: methods as they are called in the source, awaiters after what they await, and nothing
/// of what carries a call or an exception from one to the next.
/// </summary>
internal static class CallStack
{
    private static readonly string? s_runtime = typeof(CallStack).Assembly.GetName().Name;
    private static readonly string? s_framework = typeof(object).Assembly.GetName().Name;

    /// <summary>
    /// The logical await stack of what was thrown, innermost first: an exception passes through every GoTask method that awaits the one that threw.
    /// </summary>
    internal static List<string> Of(Exception exception) => Lines(new StackTrace(exception, fNeedFileInfo: true));

    /// <summary>The caller's, as far as it is on its thread: what it was called by and has been resumed by since.</summary>
    internal static List<string> OfCaller() => Lines(new StackTrace(fNeedFileInfo: true));

    private static List<string> Lines(StackTrace stack)
    {
        var lines = new List<string>(stack.FrameCount);
        foreach (var frame in stack.GetFrames())
        {
            // A program without reflection data has the frames' addresses only.
            if (DiagnosticMethodInfo.Create(frame) is not { } method)
                lines.Add(frame.ToString().TrimEnd());
            else if (!IsPlumbing(method))
                lines.Add(Line(frame, method));
            if (lines.Count == GoroutineView.MostFrames)
            {
                lines.Add("... more callers");
                break;
            }
        }
        return lines;
    }

    private static string Line(StackFrame frame, DiagnosticMethodInfo method)
    {
        string name = MethodNames.Of(method.DeclaringTypeName ?? "", method.Name);
        return frame.GetFileName() is { } file ? $"{name} at {file}:{frame.GetFileLineNumber()}" : name;
    }

    private static bool IsPlumbing(DiagnosticMethodInfo method)
    {
        // A version, a culture and a key may follow.
        var assembly = method.DeclaringAssemblyName.AsSpan();
        int end = assembly.IndexOf(',');
        if (end >= 0)
            assembly = assembly[..end];
        if (assembly.Equals(s_runtime, StringComparison.Ordinal))
            return true;
        return assembly.Equals(s_framework, StringComparison.Ordinal) && method.DeclaringTypeName is { } type
            && (type == typeof(ExceptionDispatchInfo).FullName || type.Split('+')[0] == typeof(System.Threading.Thread).FullName
                || type.StartsWith(typeof(TaskAwaiter).FullName!, StringComparison.Ordinal)
                || (type.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal) && type.Contains("Await", StringComparison.Ordinal)));
    }
}
