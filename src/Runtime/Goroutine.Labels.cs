namespace Gmp;

// Labels, by which recordings tell goroutines apart.
public static partial class Goroutine
{
    /// <summary>Replaces the calling goroutine's labels. Goroutines that it starts from now on have them too (Go: pprof.SetGoroutineLabels).</summary>
    /// <param name="labels">The new ones; <c>[]</c> for none.</param>
    public static void SetLabels(GoLabels labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var m = M.OfGoroutine();
        SetLabels(m, m.CurrentG!, labels);
    }

    /// <summary>
    /// Adds labels to the calling goroutine until the result is disposed (Go: pprof.Do). Goroutines that it starts meanwhile have them too, and keep them.
    /// <code>using (WithLabels([("tenant", tenant)]))
    ///     await Serve(request);</code>
    /// </summary>
    /// <param name="labels">Those to add.</param>
    /// <returns>Dispose it on the same goroutine: that gives it back the labels that it had.</returns>
    public static LabelScope WithLabels(GoLabels labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var m = M.OfGoroutine();
        var g = m.CurrentG!;
        var before = g.Labels ?? GoLabels.Empty;
        SetLabels(m, g, before.With(labels));
        return new LabelScope(before);
    }

    private static void SetLabels(M m, G g, GoLabels labels)
    {
        g.Labels = labels.Count == 0 ? null : labels;
        if (SchedulerTracer.IsTracing)
            m.Scheduler.Tracer.LabelsChanged(m, g);
    }
}
