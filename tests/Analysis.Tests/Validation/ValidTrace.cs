using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Analysis.Validation;

namespace Gmp.Analysis.Tests.Validation;

/// <summary>A trace that breaks no rule, with every kind that has rules, and what the validator says of variants of it.</summary>
internal static class ValidTrace
{
    public static readonly string[] Lines =
    [
        "0ms - SchedulerStart procs=2 sliceNs=10000000 name=main",
        "0ms - MStart m=0 tid=100",
        "0.1ms - Site id=1 line=12 file=Program.cs member=Main",
        "0.2ms - GoCreate g=1 site=1 queue=Global name=main",
        "1ms P0 ProcStatus status=Running m=0",
        "1ms P0 ProcStart m=0",
        "1.1ms P0 GlobalGet count=1",
        "1.2ms P0 GoStart g=1",
        "2ms P0 GoCreate g=2 parent=1 site=1 queue=RunNext",
        "2.1ms P0 GoCreate g=3 parent=1 site=1 queue=RunNext",
        "2.2ms P0 GoCreate g=4 parent=1 site=1 queue=RunNext",
        "2.3ms - MStart m=1 tid=101",
        "2.4ms P1 ProcStatus status=Running m=1",
        "2.4ms P1 ProcStart m=1",
        "2.5ms P1 MSpinBegin m=1",
        "2.6ms P1 Steal victim=0 count=1 first=2",
        "2.65ms - GoStall g=1 m=0 observedNs=1000000 onCpuNs=0 sleptNs=900000",
        "2.7ms P1 MSpinEnd m=1 found=1",
        "2.8ms P1 GoStart g=2",
        "3ms P0 GoBlock g=1 reason=MutexLock on=7",
        "3ms P0 GoWaitsOn g=1 on=7 holder=2",
        "3ms P0 GoStart g=4",
        "3ms P1 LockTaken on=7 g=2",
        "3.5ms P1 GoUnblock g=1 by=2 queue=RunNext",
        "4ms P1 GoSyscallBegin g=2",
        "4.5ms P1 GoSyscallEnd g=2",
        "5ms P1 GoStop g=2 reason=Yield queue=Local",
        "5ms P1 GoStart g=1",
        "6ms P1 GoSyscallBegin g=1",
        "7ms P1 ProcRetake m=1 g=1 reason=SyscallRetake",
        "7.1ms P1 ProcHandoff fromM=1 toM=2 reason=SyscallRetake",
        "7.2ms - MStart m=2 tid=102",
        "7.3ms P1 ProcStart m=2",
        "7.4ms P1 GoStart g=2",
        "8ms - GoSyscallEndBlocked g=1 m=1",
        "8.1ms - MPark m=1",
        "15ms P0 GoHog g=4 m=0 observedNs=11000000 onCpuNs=11000000",
        "15ms P0 ProcRetake m=0 g=4 reason=Hog",
        "15.1ms P0 ProcHandoff fromM=0 toM=1 reason=Hog",
        "15.2ms - MUnpark m=1",
        "15.3ms P0 ProcStart m=1",
        "15.4ms P0 GoStart g=3",
        "16ms P0 GoSyscallBegin g=3",
        "16.1ms P0 ProcHandoff fromM=1 toM=3 reason=BlockingCall",
        "16.2ms - MStart m=3 tid=103",
        "16.3ms P0 ProcStart m=3",
        "16.4ms P0 GlobalGet count=1",
        "16.5ms P0 GoStart g=1",
        "17ms P0 GlobalPut count=128",
        "18ms - GoHogEnd g=4 m=0 observedNs=14000000 onCpuNs=14000000",
        "18ms - GoBlock g=4 reason=Sleep",
        "18.1ms - MPark m=0",
        "19ms P1 GoDestroy g=2",
        "19.1ms P1 MSpinBegin m=2",
        "19.5ms P1 MSpinEnd m=2 found=0",
        "19.6ms P1 ProcStop m=2",
        "19.7ms - MPark m=2",
        "20ms - GoUnblock g=4 queue=Global",
        "20.1ms - MUnpark m=2",
        "20.2ms P1 ProcStart m=2",
        "20.3ms P1 GlobalGet count=1",
        "20.4ms P1 GoStart g=4",
        "21ms P1 GoDestroy g=4",
        "21.1ms P1 ProcStop m=2",
        "21.2ms - MStop m=2",
        "22ms - GoSyscallEndBlocked g=3 m=1",
        "22.1ms P1 ProcStart m=1",
        "22.2ms P1 GoStart g=3",
        "23ms P1 GoDestroy g=3",
        "23.1ms P1 ProcStop m=1",
        "23.2ms - MPark m=1",
        "24ms - ProcsChange procs=1",
        "25ms - GcPause collections=1 generation=1 pauseNs=500000 windowNs=1000000 heapBytes=1000 background=0",
        "26ms - Heartbeat global=0 local=0 idlePs=1 spinning=0 goroutines=1",
        "27ms P0 GoDestroy g=1",
        "28ms - SchedulerStop",
    ];

    public static ValidationResult Validate(IEnumerable<string> lines) => Validate(TextTrace.Record(lines).ToArray());

    public static ValidationResult Validate(byte[] bytes)
    {
        var validator = new TraceValidator();
        TraceFile.Load(new MemoryStream(bytes), validator);
        return validator.Result;
    }

    public static string Text(ValidationResult result) =>
        string.Join('\n', result.Violations.Select(v => $"{v.Rule.Id}: {v.TimeNs / 1e6} ms, {v.Stream}: {v.Record}: {v.Text}"));
}
