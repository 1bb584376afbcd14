using Gmp.Tracing;

namespace Gmp;

// What the program says of itself: tasks, regions, messages, labels. Written by the goroutine that says it, into its P's stream if it has one.
internal sealed partial class SchedulerTracer
{
    /// <summary>Writes an annotation of the running goroutine. Only while somebody records.</summary>
    /// <param name="m">The caller's M.</param>
    /// <param name="g">Its goroutine.</param>
    /// <param name="kind">The kind; if it has a name, the last of its numbers is the name's id.</param>
    /// <param name="numbers">The numbers, with 0 for the name's id.</param>
    /// <param name="name">The name.</param>
    /// <param name="message">The second string.</param>
    internal void Annotate(M m, G g, EventKind kind, Span<long> numbers, string? name = null, string? message = null)
    {
        var text = name is null ? null : TraceText.Of(name);
        if (text is not null)
            (numbers[^1], name) = (text.Id, null);
        var spec = EventTable.Find(kind)!;
        var p = m.EnterRuntime(out int before);
        long time = Clock.Now;
        if (p is not null)
        {
            Mention(p, m, g, g.Status, time);
            PrepareP(p, time);
            MentionText(p.Trace, p.Id, text, time);
            Row(p.Trace, p.Id, spec, time, numbers, name, message);
        }
        else
        {
            lock (_noPLock)
            {
                PrepareNoP(time);
                MentionNoP(g, g.Status, m, time);
                MentionText(_noP, EventTable.NoP, text, time);
                Row(_noP, EventTable.NoP, spec, time, numbers, name, message);
            }
        }
        m.LeaveRuntime(before);
    }

    /// <summary>The running goroutine has other labels. Only while somebody records.</summary>
    internal void LabelsChanged(M m, G g)
    {
        var p = m.EnterRuntime(out int before);
        long time = Clock.Now;
        if (p is not null)
        {
            Mention(p, m, g, g.Status, time);
            PrepareP(p, time);
            TellLabels(p.Trace, p.Id, g.Id, g.Labels, time);
        }
        else
        {
            lock (_noPLock)
            {
                PrepareNoP(time);
                MentionNoP(g, g.Status, m, time);
                TellLabels(_noP, EventTable.NoP, g.Id, g.Labels, time);
            }
        }
        m.LeaveRuntime(before);
    }

    private void TellLabels(BatchBuffer buffer, int stream, long id, GoLabels? labels, long time)
    {
        if (labels is not null && labels.TraceGeneration != GmpEventSource.Generation)
        {
            labels.TraceGeneration = GmpEventSource.Generation;
            for (int i = 0; i < labels.Count; i++)
                Row(buffer, stream, EventTable.Find(EventKind.Label)!, time, [labels.Id, i, labels.Count], labels[i].Key, labels[i].Value);
        }
        Row(buffer, stream, EventTable.Find(EventKind.GoLabels)!, time, [id, labels?.Id ?? 0]);
    }

    private void MentionText(BatchBuffer buffer, int stream, TraceText? text, long time)
    {
        if (text is null || text.TraceGeneration == GmpEventSource.Generation)
            return;
        text.TraceGeneration = GmpEventSource.Generation;
        Row(buffer, stream, EventTable.Find(EventKind.UserText)!, time, [text.Id], text.Text);
    }
}
