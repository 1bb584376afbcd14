using Gmp.Tracing;

namespace Gmp.Analysis.Model.Building;

// What the program says of itself.
internal sealed partial class SchedulerModel
{
    private void Annotate(in BatchCursor r, long time)
    {
        var book = _model.Annotations;
        switch (r.Kind)
        {
            case EventKind.GoLabels:
                var labelled = Goroutine(r.Number(0));
                labelled.LabelSet = book.LabelsOf(r.Number(1));
                Select(labelled);
                break;
            case EventKind.Label:
                book.LabelsOf(r.Number(0))?.Add(r.Text(0), r.Text(1));
                break;
            case EventKind.UserText:
                book.Text(r.Number(0), r.Text(0));
                break;
            case EventKind.UserTaskBegin:
                book.Begin(new TaskInfo(r.Number(0), r.Number(1), book.SlotOf(r.Number(3), r.Text(0)), time) { Goroutine = Goroutine(r.Number(2)).Index });
                break;
            case EventKind.UserTaskEnd:
                book.EndTask(r.Number(0), time);
                break;
            case EventKind.UserRegionBegin:
                book.Begin(new RegionInfo(r.Number(0), r.Number(1), book.SlotOf(r.Number(3), r.Text(0)), time) { Goroutine = Goroutine(r.Number(2)).Index });
                break;
            case EventKind.UserRegionEnd:
                book.EndRegion(r.Number(0), time);
                break;
            case EventKind.UserLog:
                book.Messages.Add(new MessageInfo(book.SlotOf(r.Number(2), r.Text(0)), r.Text(1))
                {
                    Time = time,
                    Task = r.Number(0),
                    Goroutine = Goroutine(r.Number(1)).Index,
                });
                break;
        }
    }
}
