using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Tracing;

namespace Gmp.Tracing;

// The events of Keywords.Transitions: one method for each row of EventTable, whose parameters a test compares with the row.
// Each starts with the scheduler's number, the P whose stream it is (-1: none) and the time in ticks.
#pragma warning disable CS1573 // the parameters are the fields of the row, documented there
public sealed partial class GmpEventSource
{
    /// <summary>The number of Ps became known or changed.</summary>
    [Event(FirstTransitionId + (int)EventKind.ProcsChange, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void ProcsChange(int scheduler, int p, long time, long procs) =>
        WriteTransition(EventKind.ProcsChange, scheduler, p, time, [procs]);

    /// <summary>An M acquired this P.</summary>
    [Event(FirstTransitionId + (int)EventKind.ProcStart, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void ProcStart(int scheduler, int p, long time, long m) =>
        WriteTransition(EventKind.ProcStart, scheduler, p, time, [m]);

    /// <summary>The M released this P, which is idle.</summary>
    [Event(FirstTransitionId + (int)EventKind.ProcStop, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void ProcStop(int scheduler, int p, long time, long m) =>
        WriteTransition(EventKind.ProcStop, scheduler, p, time, [m]);

    /// <summary>The state of this P when the recording first meets it.</summary>
    [Event(FirstTransitionId + (int)EventKind.ProcStatus, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void ProcStatus(int scheduler, int p, long time, long status, long m) =>
        WriteTransition(EventKind.ProcStatus, scheduler, p, time, [status, m]);

    /// <summary>sysmon took this P from an M.</summary>
    [Event(FirstTransitionId + (int)EventKind.ProcRetake, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void ProcRetake(int scheduler, int p, long time, long m, long g, long reason) =>
        WriteTransition(EventKind.ProcRetake, scheduler, p, time, [m, g, reason]);

    /// <summary>This P went from one M to another.</summary>
    [Event(FirstTransitionId + (int)EventKind.ProcHandoff, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void ProcHandoff(int scheduler, int p, long time, long fromM, long toM, long reason) =>
        WriteTransition(EventKind.ProcHandoff, scheduler, p, time, [fromM, toM, reason]);

    /// <summary>A goroutine was created and is runnable.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoCreate, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoCreate(int scheduler, int p, long time, long g, long parent, long site, long queue, string name) =>
        WriteTransition(EventKind.GoCreate, scheduler, p, time, [g, parent, site, queue], name);

    /// <summary>A goroutine starts to run on this P.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoStart, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoStart(int scheduler, int p, long time, long g) =>
        WriteTransition(EventKind.GoStart, scheduler, p, time, [g]);

    /// <summary>A goroutine ended.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoDestroy, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoDestroy(int scheduler, int p, long time, long g) =>
        WriteTransition(EventKind.GoDestroy, scheduler, p, time, [g]);

    /// <summary>A goroutine stopped running and is runnable.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoStop, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoStop(int scheduler, int p, long time, long g, long reason, long queue) =>
        WriteTransition(EventKind.GoStop, scheduler, p, time, [g, reason, queue]);

    /// <summary>A goroutine stopped running and waits.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoBlock, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoBlock(int scheduler, int p, long time, long g, long reason, long on) =>
        WriteTransition(EventKind.GoBlock, scheduler, p, time, [g, reason, on]);

    /// <summary>A waiting goroutine became runnable.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoUnblock, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoUnblock(int scheduler, int p, long time, long g, long by, long queue) =>
        WriteTransition(EventKind.GoUnblock, scheduler, p, time, [g, by, queue]);

    /// <summary>A goroutine entered a system call.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoSyscallBegin, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoSyscallBegin(int scheduler, int p, long time, long g) =>
        WriteTransition(EventKind.GoSyscallBegin, scheduler, p, time, [g]);

    /// <summary>A goroutine came back from a system call with its P.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoSyscallEnd, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoSyscallEnd(int scheduler, int p, long time, long g) =>
        WriteTransition(EventKind.GoSyscallEnd, scheduler, p, time, [g]);

    /// <summary>A goroutine came back from a system call and its P was gone.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoSyscallEndBlocked, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoSyscallEndBlocked(int scheduler, int p, long time, long g, long m) =>
        WriteTransition(EventKind.GoSyscallEndBlocked, scheduler, p, time, [g, m]);

    /// <summary>The state of a goroutine when the recording first meets it.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoStatus, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoStatus(int scheduler, int p, long time, long g, long status, long reason, long onP, long onM, long parent, long site, long since, string name) =>
        WriteTransition(EventKind.GoStatus, scheduler, p, time, [g, status, reason, onP, onM, parent, site, since], name);

    /// <summary>A goroutine has held this P for a whole slice without a scheduling point.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoHog, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoHog(int scheduler, int p, long time, long g, long m, long observedNs, long onCpuNs) =>
        WriteTransition(EventKind.GoHog, scheduler, p, time, [g, m, observedNs, onCpuNs]);

    /// <summary>A goroutine that was a hog came to a scheduling point.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoHogEnd, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoHogEnd(int scheduler, int p, long time, long g, long m, long observedNs, long onCpuNs) =>
        WriteTransition(EventKind.GoHogEnd, scheduler, p, time, [g, m, observedNs, onCpuNs]);

    /// <summary>What a goroutine that waits waits on, and who has it.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoWaitsOn, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoWaitsOn(int scheduler, int p, long time, long g, long on, long holder) =>
        WriteTransition(EventKind.GoWaitsOn, scheduler, p, time, [g, on, holder]);

    /// <summary>A goroutine has taken, or was given, a lock that others wait for.</summary>
    [Event(FirstTransitionId + (int)EventKind.LockTaken, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void LockTaken(int scheduler, int p, long time, long on, long g) =>
        WriteTransition(EventKind.LockTaken, scheduler, p, time, [on, g]);

    /// <summary>The thread of a goroutine that runs sleeps in the kernel: in a call that the scheduler was not told of.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoStall, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoStall(int scheduler, int p, long time, long g, long m, long observedNs, long onCpuNs, long sleptNs) =>
        WriteTransition(EventKind.GoStall, scheduler, p, time, [g, m, observedNs, onCpuNs, sleptNs]);

    /// <summary>This P took goroutines from another P's run queue.</summary>
    [Event(FirstTransitionId + (int)EventKind.Steal, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void Steal(int scheduler, int p, long time, long victim, long count, long first) =>
        WriteTransition(EventKind.Steal, scheduler, p, time, [victim, count, first]);

    /// <summary>This P's run queue was full: goroutines moved to the global queue.</summary>
    [Event(FirstTransitionId + (int)EventKind.GlobalPut, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GlobalPut(int scheduler, int p, long time, long count) =>
        WriteTransition(EventKind.GlobalPut, scheduler, p, time, [count]);

    /// <summary>This P took goroutines from the global queue.</summary>
    [Event(FirstTransitionId + (int)EventKind.GlobalGet, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GlobalGet(int scheduler, int p, long time, long count) =>
        WriteTransition(EventKind.GlobalGet, scheduler, p, time, [count]);

    /// <summary>A thread became an M.</summary>
    [Event(FirstTransitionId + (int)EventKind.MStart, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void MStart(int scheduler, int p, long time, long m, long tid) =>
        WriteTransition(EventKind.MStart, scheduler, p, time, [m, tid]);

    /// <summary>The M of this P starts to look for work.</summary>
    [Event(FirstTransitionId + (int)EventKind.MSpinBegin, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void MSpinBegin(int scheduler, int p, long time, long m) =>
        WriteTransition(EventKind.MSpinBegin, scheduler, p, time, [m]);

    /// <summary>The M of this P stops looking for work.</summary>
    [Event(FirstTransitionId + (int)EventKind.MSpinEnd, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void MSpinEnd(int scheduler, int p, long time, long m, long found) =>
        WriteTransition(EventKind.MSpinEnd, scheduler, p, time, [m, found]);

    /// <summary>An M has nothing to do and sleeps.</summary>
    [Event(FirstTransitionId + (int)EventKind.MPark, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void MPark(int scheduler, int p, long time, long m) =>
        WriteTransition(EventKind.MPark, scheduler, p, time, [m]);

    /// <summary>A sleeping M was woken.</summary>
    [Event(FirstTransitionId + (int)EventKind.MUnpark, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void MUnpark(int scheduler, int p, long time, long m) =>
        WriteTransition(EventKind.MUnpark, scheduler, p, time, [m]);

    /// <summary>A creation site.</summary>
    [Event(FirstTransitionId + (int)EventKind.Site, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void Site(int scheduler, int p, long time, long id, long line, string file, string member) =>
        WriteTransition(EventKind.Site, scheduler, p, time, [id, line], file, member);

    /// <summary>Every record with a time up to this one's has been flushed.</summary>
    [Event(FirstTransitionId + (int)EventKind.FlushMark, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void FlushMark(int scheduler, int p, long time) =>
        WriteTransition(EventKind.FlushMark, scheduler, p, time, []);

    /// <summary>Queue depths and counts, as sysmon sees them.</summary>
    [Event(FirstTransitionId + (int)EventKind.Heartbeat, Level = EventLevel.Informational, Keywords = Keywords.Transitions | Keywords.Heartbeat, Opcode = EventOpcode.Info)]
    public void Heartbeat(int scheduler, int p, long time, long global, long local, long idlePs, long spinning, long goroutines) =>
        WriteTransition(EventKind.Heartbeat, scheduler, p, time, [global, local, idlePs, spinning, goroutines]);

    /// <summary>A scheduler runs.</summary>
    [Event(FirstTransitionId + (int)EventKind.SchedulerStart, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void SchedulerStart(int scheduler, int p, long time, long procs, long sliceNs, string name) =>
        WriteTransition(EventKind.SchedulerStart, scheduler, p, time, [procs, sliceNs], name);

    /// <summary>A scheduler ended.</summary>
    [Event(FirstTransitionId + (int)EventKind.SchedulerStop, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void SchedulerStop(int scheduler, int p, long time) =>
        WriteTransition(EventKind.SchedulerStop, scheduler, p, time, []);

    /// <summary>An M's thread ended: with the goroutine that was locked to it, or after too long without work.</summary>
    [Event(FirstTransitionId + (int)EventKind.MStop, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void MStop(int scheduler, int p, long time, long m) =>
        WriteTransition(EventKind.MStop, scheduler, p, time, [m]);

    /// <summary>The garbage collector stopped every thread of the process.</summary>
    [Event(FirstTransitionId + (int)EventKind.GcPause, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GcPause(int scheduler, int p, long time, long collections, long generation, long pauseNs, long windowNs, long heapBytes, long background) =>
        WriteTransition(EventKind.GcPause, scheduler, p, time, [collections, generation, pauseNs, windowNs, heapBytes, background]);

    /// <summary>Every goroutine that was alive when a session started has been told.</summary>
    [Event(FirstTransitionId + (int)EventKind.SnapshotEnd, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void SnapshotEnd(int scheduler, int p, long time, long generation, long goroutines, long schedulers) =>
        WriteTransition(EventKind.SnapshotEnd, scheduler, p, time, [generation, goroutines, schedulers]);

    /// <summary>The labels of a goroutine, from now on.</summary>
    [Event(FirstTransitionId + (int)EventKind.GoLabels, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void GoLabels(int scheduler, int p, long time, long g, long set) =>
        WriteTransition(EventKind.GoLabels, scheduler, p, time, [g, set]);

    /// <summary>The program began a task, which may span goroutines.</summary>
    [Event(FirstTransitionId + (int)EventKind.UserTaskBegin, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void UserTaskBegin(int scheduler, int p, long time, long task, long parent, long g, long name, string text) =>
        WriteTransition(EventKind.UserTaskBegin, scheduler, p, time, [task, parent, g, name], text);

    /// <summary>The program ended a task.</summary>
    [Event(FirstTransitionId + (int)EventKind.UserTaskEnd, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void UserTaskEnd(int scheduler, int p, long time, long task, long g) =>
        WriteTransition(EventKind.UserTaskEnd, scheduler, p, time, [task, g]);

    /// <summary>A region of the program begins.</summary>
    [Event(FirstTransitionId + (int)EventKind.UserRegionBegin, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void UserRegionBegin(int scheduler, int p, long time, long region, long task, long g, long name, string text) =>
        WriteTransition(EventKind.UserRegionBegin, scheduler, p, time, [region, task, g, name], text);

    /// <summary>A region of the program ends.</summary>
    [Event(FirstTransitionId + (int)EventKind.UserRegionEnd, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void UserRegionEnd(int scheduler, int p, long time, long region, long g) =>
        WriteTransition(EventKind.UserRegionEnd, scheduler, p, time, [region, g]);

    /// <summary>A message of the program.</summary>
    [Event(FirstTransitionId + (int)EventKind.UserLog, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void UserLog(int scheduler, int p, long time, long task, long g, long category, string text, string message) =>
        WriteTransition(EventKind.UserLog, scheduler, p, time, [task, g, category], text, message);

    /// <summary>A text that annotations name by its id.</summary>
    [Event(FirstTransitionId + (int)EventKind.UserText, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void UserText(int scheduler, int p, long time, long id, string text) =>
        WriteTransition(EventKind.UserText, scheduler, p, time, [id], text);

    /// <summary>A label of a set.</summary>
    [Event(FirstTransitionId + (int)EventKind.Label, Level = EventLevel.Informational, Keywords = Keywords.Transitions, Opcode = EventOpcode.Info)]
    public void Label(int scheduler, int p, long time, long set, long index, long count, string key, string value) =>
        WriteTransition(EventKind.Label, scheduler, p, time, [set, index, count], key, value);

    /// <summary>Writes the event of a kind by its row of the table.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="scheduler">The scheduler's number.</param>
    /// <param name="p">The P whose stream it is, or <see cref="EventTable.NoP"/>.</param>
    /// <param name="time">The record's time in ticks.</param>
    /// <param name="numbers">The number fields, in the order of the row.</param>
    /// <param name="first">The first string field.</param>
    /// <param name="second">The second string field.</param>
    [NonEvent]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Blittable arguments and strings only.")]
    public unsafe void WriteTransition(EventKind kind, int scheduler, int p, long time, ReadOnlySpan<long> numbers, string? first = null, string? second = null)
    {
        const int Fixed = 3;
        int strings = EventTable.Find(kind)!.StringCount;
        EventData* data = stackalloc EventData[Fixed + EventTable.MaxNumbers + EventTable.MaxStrings];
        data[0] = new() { DataPointer = (nint)(&scheduler), Size = sizeof(int) };
        data[1] = new() { DataPointer = (nint)(&p), Size = sizeof(int) };
        data[2] = new() { DataPointer = (nint)(&time), Size = sizeof(long) };
        int count = Fixed;
        fixed (long* values = numbers)
        fixed (char* text1 = first ?? "", text2 = second ?? "")
        {
            for (int i = 0; i < numbers.Length; i++)
                data[count++] = new() { DataPointer = (nint)(values + i), Size = sizeof(long) };
            // Listeners read strings up to their terminating zero, which .NET strings have.
            if (strings > 0)
                data[count++] = new() { DataPointer = (nint)text1, Size = ((first?.Length ?? 0) + 1) * sizeof(char) };
            if (strings > 1)
                data[count++] = new() { DataPointer = (nint)text2, Size = ((second?.Length ?? 0) + 1) * sizeof(char) };
            WriteEventCore(FirstTransitionId + (int)kind, count, data);
        }
    }
}
