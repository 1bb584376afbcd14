using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Validation;

namespace Gmp.Tool.Commands;

/// <summary>Reads trace files for the verbs, and turns what is wrong with one into a failure with an exit code.</summary>
internal static class TraceOpening
{
    /// <summary>Reads a file, whatever events it holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="validator">Holds every record against the rules of a trace; null for none.</param>
    /// <param name="selection">What part of it counts; null for all.</param>
    /// <exception cref="ToolFailure">It is missing, empty or no trace, or ends before the part that counts.</exception>
    public static LoadedTrace Load(string path, TraceValidator? validator = null, TraceSelection? selection = null)
    {
        try
        {
            return TraceFile.Load(path, validator, selection);
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
    public static LoadedTrace LoadGoroutines(string path, TraceSelection? selection = null)
    {
        var trace = Load(path, null, selection);
        if (selection is not null && trace.Info.Records > 0)
            Check(path, trace, selection);
        return trace.Info.HasGoroutineProvider ? trace : throw new ToolFailure(ExitCode.TracingError,
            $"{path} holds no goroutine events: record a process that runs the GmpTrace scheduler with `dotnet gmp-trace collect`.");
    }

    // A report on nothing would say that all is well.
    private static void Check(string path, LoadedTrace trace, TraceSelection selection)
    {
        var model = trace.Model;
        if (selection.FromNs > 0 && model.Length <= 0)
            throw new ToolFailure(ExitCode.ArgumentError, $"{path} ends at {model.Duration / 1e9:0.###} s, before what --from says.");
        if (selection.HasGoroutines && !model.Goroutines.Any(g => g.IsSelected))
            throw new ToolFailure(ExitCode.ArgumentError, $"No goroutine of {path} is what --goroutine, --goroutine-name and --label say: there are {model.Goroutines.Count}.");
        if (selection.Processors.Count > 0 && !model.Lanes.Any(l => l.Kind == LaneKind.Processor && selection.Includes(l.Id)))
            throw new ToolFailure(ExitCode.ArgumentError, $"{path} has no such P: it has {model.Lanes.Count(l => l.Kind == LaneKind.Processor)}, numbered from 0.");
    }
}
