using Gmp.Tracing;

namespace Gmp.Analysis.Validation;

// What the program says of itself: it changes no state, and of tasks and regions that began before the recording there is an end alone.
internal sealed partial class SchedulerRules
{
    private void SetAnnotationRows()
    {
        Set(EventKind.GoLabels, Where.Either, (in r) => r[0] > 0 ? null : Rules.Value, (in _) => { });
        Set(EventKind.Label, Where.Either, (in r) => r[0] > 0 && r[1] < r[2] ? null : Rules.Value, (in _) => { });
        Set(EventKind.UserText, Where.Either, (in r) => r[0] > 0 ? null : Rules.Value, (in _) => { });
        Set(EventKind.UserTaskBegin, Where.Either, (in r) => r[0] > 0 && r[0] != r[1] && r[2] > 0 ? null : Rules.Value, (in _) => { });
        Set(EventKind.UserTaskEnd, Where.Either, (in r) => r[0] > 0 && r[1] > 0 ? null : Rules.Value, (in _) => { });
        Set(EventKind.UserRegionBegin, Where.Either, (in r) => r[0] > 0 && r[2] > 0 ? null : Rules.Value, (in _) => { });
        Set(EventKind.UserRegionEnd, Where.Either, (in r) => r[0] > 0 && r[1] > 0 ? null : Rules.Value, (in _) => { });
        Set(EventKind.UserLog, Where.Either, (in r) => r[1] > 0 ? null : Rules.Value, (in _) => { });
    }
}
