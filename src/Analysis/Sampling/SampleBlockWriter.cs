using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gmp.Analysis.Sampling;

/// <summary>
/// Writes events as nettrace version 4 has them: a block that describes the kinds, then blocks of events. All carry one time and one thread number
/// of their own, so that readers which put events in order find them behind those of the target and miss none.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Memory streams hold nothing to dispose of.")]
internal sealed class SampleBlockWriter
{
    private const int BlockBytes = 64 * 1024;
    private const int MostChars = 1024;
    private const int BlockVersion = 2, BlockHeaderBytes = 20;

    // Of no real thread: it reads as -1.
    private const uint SampleThread = uint.MaxValue;

    // The runtime counts its kinds from 1; a file's numbers must differ.
    private const int FirstKind = 1_000_000;

    // Type codes of fields, those of System.TypeCode.
    private const int Int32Code = 9, Int64Code = 11, StringCode = 18;

    /// <summary>The kinds of <see cref="SampleEvents"/>.</summary>
    public static IReadOnlyList<(int Id, string Name, (string Name, int Type)[] Fields)> SampleKinds { get; } =
    [
        (SampleEvents.SettingsId, "Settings", [("version", Int32Code), ("thresholdNs", Int64Code), ("problem", StringCode)]),
        (SampleEvents.PeriodId, "Period", [("startTime", Int64Code), ("endTime", Int64Code), ("lost", Int64Code)]),
        (SampleEvents.FrameId, "Frame", [("id", Int32Code), ("line", Int32Code), ("type", StringCode), ("method", StringCode), ("module", StringCode), ("file", StringCode)]),
        (SampleEvents.StackId, "Stack", [("id", Int32Code), ("frame", Int32Code), ("caller", Int32Code)]),
        (SampleEvents.SampleId, "Sample", [("time", Int64Code), ("thread", Int64Code), ("stack", Int32Code)]),
    ];

    /// <summary>Those of <see cref="HostEvents"/>.</summary>
    public static IReadOnlyList<(int Id, string Name, (string Name, int Type)[] Fields)> HostKinds { get; } =
    [
        (HostEvents.HostId, "Host", [("version", Int32Code), ("cpus", Int32Code), ("machineCpus", Int32Code), ("quotaMilliCpus", Int32Code)]),
        (HostEvents.FactId, "HostFact",
        [
            ("time", Int64Code), ("busyNs", Int64Code), ("idleNs", Int64Code), ("stolenNs", Int64Code), ("pressureNs", Int64Code), ("load100", Int32Code), ("threads", Int32Code),
            ("workingSetBytes", Int64Code), ("cpuNs", Int64Code), ("queueNs", Int64Code), ("machineCpuNs", Int64Code), ("machineQueueNs", Int64Code), ("worstQueueNs", Int64Code),
            ("throttled", Int64Code), ("throttledNs", Int64Code),
        ]),
    ];

    private readonly Stream _file;
    private readonly long _time;
    private readonly ulong _thread;
    private readonly MemoryStream _events = new();
    private readonly MemoryStream _payload = new();
    private int _kind;
    private long _size = -1;
    private int _sequence;

    /// <summary>Describes the kinds.</summary>
    /// <param name="file">Where to; its position must be the place in the file, since blocks are aligned to it.</param>
    /// <param name="time">The time that the events carry, in ticks of the target's clock.</param>
    /// <param name="kinds">The kinds; those of samples if nothing is given. A kind must be described once in a file.</param>
    /// <param name="thread">The thread number that the events carry: its own for each writer of a file.</param>
    public SampleBlockWriter(Stream file, long time, IReadOnlyList<(int Id, string Name, (string Name, int Type)[] Fields)>? kinds = null, uint thread = SampleThread)
    {
        (_file, _time, _thread) = (file, time, thread);
        var blobs = new MemoryStream();
        foreach (var kind in kinds ?? SampleKinds)
            Describe(blobs, kind.Id, kind.Name, kind.Fields);
        Block("MetadataBlock", blobs);
    }

    /// <summary>Begins an event: its fields follow, in their order.</summary>
    public SampleBlockWriter Begin(int id)
    {
        _kind = id;
        _payload.SetLength(0);
        return this;
    }

    public SampleBlockWriter Int(int value)
    {
        Int32(_payload, value);
        return this;
    }

    public SampleBlockWriter Long(long value)
    {
        Int64(_payload, value);
        return this;
    }

    public SampleBlockWriter Text(string value)
    {
        Utf16(_payload, value.Length > MostChars ? value[..MostChars] : value);
        return this;
    }

    /// <summary>Ends the event.</summary>
    public void End()
    {
        const int HasKind = 1, HasCapture = 2, HasThread = 4, HasSize = 128;
        bool first = _events.Length == 0;
        bool sameSize = _size == _payload.Length && !first;
        // The kind is written each time: which it was before is nothing to rely on for one byte or three.
        _events.WriteByte((byte)(HasKind | (first ? HasCapture | HasThread : 0) | (sameSize ? 0 : HasSize)));
        Var(_events, (ulong)(FirstKind + _kind));
        if (first)
        {
            Var(_events, (ulong)_sequence);   // what lies before it in the block is 0, and each event adds 1
            Var(_events, _thread);
            Var(_events, 0);                  // the CPU
            Var(_events, _thread);
        }
        _sequence++;
        Var(_events, first ? (ulong)_time : 0);
        if (!sameSize)
            Var(_events, (ulong)_payload.Length);
        _size = _payload.Length;
        _payload.WriteTo(_events);
        if (_events.Length >= BlockBytes)
            Flush();
    }

    /// <summary>Writes what is left.</summary>
    public void Flush()
    {
        if (_events.Length == 0)
            return;
        Block("EventBlock", _events);
        _events.SetLength(0);
    }

    private static void Describe(MemoryStream blobs, int id, string name, (string Name, int Type)[] fields)
    {
        const int HasSize = 128;
        const int Informational = 4;
        var record = new MemoryStream();
        Int32(record, FirstKind + id);
        Utf16(record, SampleEvents.ProviderName);
        Int32(record, id);
        Utf16(record, name);
        Int64(record, 0);   // keywords
        Int32(record, 0);   // version
        Int32(record, Informational);
        Int32(record, fields.Length);
        foreach (var field in fields)
        {
            Int32(record, field.Type);
            Utf16(record, field.Name);
        }
        blobs.WriteByte(HasSize);
        Var(blobs, 0);
        Var(blobs, (ulong)record.Length);
        record.WriteTo(blobs);
    }

    private void Block(string type, MemoryStream blobs)
    {
        Span<byte> header = stackalloc byte[BlockHeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteInt16LittleEndian(header, BlockHeaderBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header[2..], 1);   // compressed headers
        BinaryPrimitives.WriteInt64LittleEndian(header[4..], _time);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], _time);
        var whole = new MemoryStream();
        whole.Write([5, 5, 1]);
        Int32(whole, BlockVersion);
        Int32(whole, BlockVersion);
        Int32(whole, type.Length);
        whole.Write(Encoding.ASCII.GetBytes(type));
        whole.WriteByte(6);
        Int32(whole, BlockHeaderBytes + (int)blobs.Length);
        while ((_file.Position + whole.Length) % 4 != 0)
            whole.WriteByte(0);
        whole.Write(header);
        blobs.WriteTo(whole);
        whole.WriteByte(6);
        whole.WriteTo(_file);
    }

    private static void Int32(MemoryStream to, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        to.Write(bytes);
    }

    private static void Int64(MemoryStream to, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        to.Write(bytes);
    }

    private static void Utf16(MemoryStream to, string value)
    {
        // A zero would end it.
        to.Write(Encoding.Unicode.GetBytes(value.Replace('\0', '?')));
        to.Write([0, 0]);
    }

    private static void Var(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            to.WriteByte((byte)(value | 0x80));
        to.WriteByte((byte)value);
    }
}
