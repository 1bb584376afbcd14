using System.Diagnostics.Tracing;
using System.Reflection;

namespace Gmp.Tracing.Tests;

/// <summary>The table, the EventSource's methods and the enum say the same, or a reader misreads what a writer wrote.</summary>
public class TableTests
{
    public static TheoryData<string> Names => [.. EventTable.Specs.Select(s => s.Name)];

    [Fact]
    public void Every_kind_has_one_row_and_one_method()
    {
        var kinds = Enum.GetValues<EventKind>().Where(k => k != EventKind.None).ToList();
        Assert.Equal(kinds.Order(), EventTable.Specs.Select(s => s.Kind).Order());
        Assert.Equal(EventTable.Specs.Count, EventTable.Specs.Select(s => s.Name).Distinct().Count());
        var methods = Events().Where(m => m.Id >= GmpEventSource.FirstTransitionId).Select(m => m.Method.Name);
        Assert.Equal(EventTable.Specs.Select(s => s.Name).Order(), methods.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_method_of_a_row_has_its_id_keyword_and_parameters(string name)
    {
        var spec = EventTable.Find(name)!;
        Assert.Equal(spec.Kind.ToString(), name);
        Assert.Same(spec, EventTable.Find(spec.Kind));
        var (method, id, attribute) = Events().Single(m => m.Method.Name == name);
        Assert.Equal(spec.EventId, id);
        Assert.Equal(EventLevel.Informational, attribute.Level);
        Assert.True(attribute.Keywords.HasFlag(GmpEventSource.Keywords.Transitions));
        // Opcodes that start and stop activities cost every event a second lookup once somebody listens to tasks.
        Assert.Equal(EventOpcode.Info, attribute.Opcode);

        var expected = new List<(string?, Type)> { ("scheduler", typeof(int)), ("p", typeof(int)), ("time", typeof(long)) };
        expected.AddRange(spec.Fields.Select(f => ((string?)f.Name, f.Type == FieldType.String ? typeof(string) : typeof(long))));
        Assert.Equal(expected, method.GetParameters().Select(p => (p.Name, p.ParameterType)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_keeps_the_limits_that_buffers_and_decoders_are_built_for(string name)
    {
        var spec = EventTable.Find(name)!;
        Assert.InRange(spec.NumberCount, 0, EventTable.MaxNumbers);
        Assert.InRange(spec.StringCount, 0, EventTable.MaxStrings);
        Assert.Equal(spec.Fields.Count, spec.NumberCount + spec.StringCount);
        Assert.Equal(spec.Fields.OrderBy(f => f.Type == FieldType.String), spec.Fields);   // strings last; the sort is stable
        Assert.Equal(spec.Fields.Count, spec.Fields.Select(f => f.Name).Distinct().Count());
        Assert.All(spec.Fields, f => Assert.Matches("^[a-z][A-Za-z]*$", f.Name));
        Assert.NotEqual("", spec.Meaning);
    }

    [Fact]
    public void The_wire_numbers_are_those_that_were_released()
    {
        // Written out: a number that changes makes every recorded file lie.
        (EventKind, int)[] released =
        [
            (EventKind.ProcsChange, 1), (EventKind.ProcStart, 2), (EventKind.ProcStop, 3), (EventKind.ProcStatus, 4), (EventKind.ProcRetake, 5),
            (EventKind.ProcHandoff, 6), (EventKind.GoCreate, 10), (EventKind.GoStart, 11), (EventKind.GoDestroy, 12), (EventKind.GoStop, 13),
            (EventKind.GoBlock, 14), (EventKind.GoUnblock, 15), (EventKind.GoSyscallBegin, 16), (EventKind.GoSyscallEnd, 17),
            (EventKind.GoSyscallEndBlocked, 18), (EventKind.GoStatus, 19), (EventKind.GoHog, 20), (EventKind.GoHogEnd, 21), (EventKind.Steal, 30),
            (EventKind.GlobalPut, 31), (EventKind.GlobalGet, 32), (EventKind.MStart, 40), (EventKind.MSpinBegin, 41), (EventKind.MSpinEnd, 42),
            (EventKind.MPark, 43), (EventKind.MUnpark, 44), (EventKind.Site, 50), (EventKind.FlushMark, 51), (EventKind.Heartbeat, 52),
            (EventKind.SchedulerStart, 53), (EventKind.SchedulerStop, 54), (EventKind.MStop, 55), (EventKind.GcPause, 56),
            (EventKind.GoLabels, 22), (EventKind.GoWaitsOn, 23), (EventKind.LockTaken, 24), (EventKind.GoStall, 25),
            (EventKind.SnapshotEnd, 57), (EventKind.UserTaskBegin, 60), (EventKind.UserTaskEnd, 61),
            (EventKind.UserRegionBegin, 62), (EventKind.UserRegionEnd, 63), (EventKind.UserLog, 64), (EventKind.UserText, 65), (EventKind.Label, 66),
        ];
        Assert.All(released, r => Assert.Equal(r.Item2, (int)r.Item1));
        Assert.Equal("since", EventTable.Find(EventKind.GoStatus)!.Fields[7].Name);   // the only field in ticks: readers convert it by its place
    }

    [Fact]
    public void The_schema_text_describes_the_table()
    {
        var schema = BatchSchema.Parse(EventTable.SchemaText);
        foreach (var spec in EventTable.Specs)
            Assert.Equal(spec.Fields.Select(f => f.Type), schema.Types(spec.Kind));
        Assert.Null(schema.Types((EventKind)255));
        Assert.Null(schema.Types(EventKind.None));
    }

    [Fact]
    public void The_documentation_lists_the_table_row_by_row()
    {
        var rows = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "trace-format.md"));
        var expected = EventTable.Specs.Select(s =>
        {
            string fields = string.Join("; ", s.Fields.Select(f => $"`{f.Name}:{"uis"[(int)f.Type]}` {f.Meaning}"));
            return $"| {(int)s.Kind} | `{s.Name}` | {s.Meaning} | {(fields.Length > 0 ? fields : "none")} |";
        });
        Assert.Equal(expected, rows.Where(r => EventTable.Specs.Any(s => r.StartsWith($"| {(int)s.Kind} | `{s.Name}` |", StringComparison.Ordinal))));
    }

    [Fact]
    public void The_documentation_has_the_words_of_every_wait_reason()
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "trace-format.md"));
        Assert.All(Enum.GetValues<WaitReason>().Where(r => r != WaitReason.None), r => Assert.Contains($"{(int)r} {r.Text()}", text));
    }

    [Theory]
    [InlineData("eleven GoStart g:u", "eleven")]
    [InlineData("11", "11")]
    [InlineData("300 GoStart g:u", "300")]
    [InlineData("11 GoStart g:x", "g:x")]
    [InlineData("11 GoStart g", "'g'")]
    public void A_schema_text_that_is_none_is_refused_with_the_line(string text, string mentioned)
    {
        Assert.Contains(mentioned, Assert.Throws<FormatException>(() => BatchSchema.Parse(text)).Message);
    }

    [Fact]
    public void Every_wait_reason_has_words()
    {
        Assert.All(Enum.GetValues<WaitReason>().Where(r => r != WaitReason.None), r => Assert.DoesNotContain("reason ", r.Text()));
        Assert.Equal(Enum.GetValues<WaitReason>().Length, Enum.GetValues<WaitReason>().Select(r => r.Text()).Distinct().Count());
        Assert.Equal("reason 200", ((WaitReason)200).Text());
    }

    private static IEnumerable<(MethodInfo Method, int Id, EventAttribute Attribute)> Events() =>
        from method in typeof(GmpEventSource).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        let attribute = method.GetCustomAttribute<EventAttribute>()
        where attribute is not null
        select (method, attribute.EventId, attribute);
}
