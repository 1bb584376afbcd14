using Gmp.Tracing;

namespace Gmp.Analysis.Validation;

// Ms. Field numbers are places in EventTable.
internal sealed partial class SchedulerRules
{
    private void SetMachineRows()
    {
        // A generation begins with every M that there is; one whose thread has only just been made then says the same itself.
        Set(EventKind.MStart, Where.WithoutP, (in r) => Machine(r[0]).Phase == MachinePhase.Ended ? Rules.MKnown : null, (in r) => Machine(r[0]).IsTold = true);
        Set(EventKind.MPark, Where.WithoutP, CheckAtRest, (in r) =>
        {
            var m = Machine(r[0]);
            (m.Phase, m.P) = (MachinePhase.Asleep, MachineState.NoP);
        });
        Set(EventKind.MUnpark, Where.WithoutP, CheckUnpark, (in r) => Machine(r[0]).Phase = MachinePhase.Awake);
        Set(EventKind.MStop, Where.WithoutP, CheckMStop, (in r) =>
        {
            var m = Machine(r[0]);
            (m.Phase, m.P) = (MachinePhase.Ended, MachineState.NoP);
        });
    }

    private Rule? CheckAtRest(in RecordCopy r) => CheckAwake(r[0]) ?? (Machine(r[0]).MayHaveNoP ? null : Rules.MOneP);

    private Rule? CheckUnpark(in RecordCopy r) =>
        IsKnown(r[0]) ?? (Machine(r[0]).Phase is MachinePhase.Asleep or MachinePhase.Unknown ? null : Rules.MSleep);

    // One that is not needed any more is woken to end.
    private Rule? CheckMStop(in RecordCopy r) => IsKnown(r[0]) ?? (Machine(r[0]).MayHaveNoP ? null : Rules.MOneP);

    private Rule? CheckAwake(long id) => IsKnown(id) ?? (Machine(id).Phase == MachinePhase.Asleep ? Rules.MSleep : null);

    // A generation's first record without a P is followed by every M; before that nobody could have told of them.
    private Rule? IsKnown(long id)
    {
        var m = Machine(id);
        if (m.Phase == MachinePhase.Ended)
            return Rules.MKnown;
        return m.IsTold || _hasLosses || _generationWithoutP == 0 || _generationWithoutP < FirstGeneration ? null : Rules.MKnown;
    }
}
