using Gmp.Analysis.Reading;
using Gmp.Analysis.Validation;

namespace Gmp.Tool.Commands;

/// <summary>Reads trace files for the verbs, and turns what is wrong with one into a failure with an exit code.</summary>
internal static class TraceOpening
{
    /// <summary>Reads a file, whatever events it holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="validator">Holds every record against the rules of a trace; null for none.</param>
    /// <exception cref="ToolFailure">It is missing, empty or no trace.</exception>
    public static LoadedTrace Load(string path, TraceValidator? validator = null)
    {
        try
        {
            return TraceFile.Load(path, validator);
        }
        catch (TraceFormatException e)
        {
            throw new ToolFailure(ExitCode.TracingError, $"{path}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolFailure(ExitCode.TracingError, $"Cannot read {path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a file that must hold goroutine events.</summary>
    /// <exception cref="ToolFailure">It is missing, empty, no trace, or of a process without goroutines.</exception>
    public static LoadedTrace LoadGoroutines(string path)
    {
        var trace = Load(path);
        return trace.Info.HasGoroutineProvider ? trace : throw new ToolFailure(ExitCode.TracingError,
            $"{path} holds no goroutine events: record a process that runs the GmpTrace scheduler with `dotnet gmp-trace collect`.");
    }
}
