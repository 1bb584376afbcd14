using System.Buffers.Binary;
using Gmp.Tracing;

namespace Bench.Reading;

/// <summary>
/// A program's scheduler played by a random generator with a fixed seed, so that every run reads the same trace: goroutines on each P run for about 2 us, ready
/// others and block or yield, some are taken over by another P. Its records go through the runtime's own batch writer into a file as EventPipe
/// writes it.
/// </summary>
internal sealed class TraceMaker : IBatchSink
{
    private const long Start = 1_000_000_000;
    private const long FlushEvery = 50_000_000;
    private const int GoroutinesOfP = 1000;

    // Always the same, wherever it is made.
    private static readonly TraceOrigin s_origin = new(
        EventTable.FormatVersion, ProcessId: 4242, Frequency: 1_000_000_000, Start, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), ".NET 10", EventTable.SchemaText);

    private readonly NettraceWriter _writer;
    private readonly BatchBuffer[] _buffers;
    private readonly BatchBuffer _withoutP;
    private readonly byte[] _payload = new byte[64 * 1024];
    private readonly P[] _ps;
    private readonly Random _random = new(2026);
    private long _writtenAt = Start;

    private sealed class P
    {
        public readonly Queue<long> Runnable = new();
        public readonly Queue<long> Waiting = new();
        public long Running;
        public long Time;
    }

    private TraceMaker(Stream file, int ps)
    {
        _writer = new NettraceWriter(file);
        _writer.Begin(s_origin, Start);
        _buffers = [.. Enumerable.Range(0, ps).Select(p => new BatchBuffer(this, 1, p))];
        _withoutP = new BatchBuffer(this, 1, EventTable.NoP);
        _ps = [.. Enumerable.Range(0, ps).Select(_ => new P { Time = Start })];
        foreach (var buffer in _buffers.Append(_withoutP))
            buffer.BeginGeneration(1, Start);
    }

    /// <summary>Writes a trace.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="transitions">How many records, about.</param>
    /// <param name="ps">How many Ps.</param>
    public static void Make(string path, long transitions, int ps)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 20);
        new TraceMaker(file, ps).Run(transitions);
    }

    private void Run(long transitions)
    {
        _writer.Event(GmpEventSource.HelloId, Start, s_origin.Hello(Start, generation: 1));
        long count = Begin();
        long flushAt = Start + FlushEvery;
        while (count < transitions)
        {
            // The P that is behind goes on.
            int at = 0;
            for (int i = 1; i < _ps.Length; i++)
                at = _ps[i].Time < _ps[at].Time ? i : at;
            count += Step(at);
            if (_ps[at].Time < flushAt)
                continue;
            Flush(flushAt - 1);
            flushAt += FlushEvery;
        }
        long end = _ps.Max(p => p.Time) + 1000;
        Put(EventTable.NoP, EventKind.SchedulerStop, end, []);
        Flush(end);
        _writer.End();
    }

    private long Begin()
    {
        Put(EventTable.NoP, EventKind.SchedulerStart, Start, [_ps.Length, 10_000_000], "bench");
        for (int i = 0; i < _ps.Length; i++)
            Put(EventTable.NoP, EventKind.MStart, Start, [i, 100 + i]);
        Put(EventTable.NoP, EventKind.Site, Start, [1, 42], "/src/Program.cs", "Main");
        long id = 0;
        for (int i = 0; i < _ps.Length; i++)
        {
            Put(i, EventKind.ProcStatus, Start, [(long)ProcStatus.Running, i]);
            Put(i, EventKind.ProcStart, Start, [i]);
            for (int k = 0; k < GoroutinesOfP; k++)
            {
                Put(i, EventKind.GoCreate, Start + 100 + k, [++id, 0, 1, (long)RunQueueKind.Local], "");
                _ps[i].Runnable.Enqueue(id);
            }
            _ps[i].Time = Start + GoroutinesOfP + 200;
        }
        return id;
    }

    // One switch of a P: 3 records on average.
    private int Step(int at)
    {
        var p = _ps[at];
        // Exponential gaps: what a clock's differences look like on disk.
        p.Time += 100 + (long)(-Math.Log(1 - _random.NextDouble()) * 1900);
        int count = 0;
        if (p.Running != 0 && p.Waiting.Count > GoroutinesOfP / 2 && p.Waiting.TryDequeue(out long readied))
        {
            Put(at, EventKind.GoUnblock, p.Time, [readied, p.Running, (long)RunQueueKind.Local]);
            p.Runnable.Enqueue(readied);
            p.Time += 200;
            count++;
        }
        if (p.Running != 0)
        {
            if (_random.Next(8) == 0)
            {
                Put(at, EventKind.GoStop, p.Time, [p.Running, (long)StopReason.Yield, (long)RunQueueKind.Local]);
                p.Runnable.Enqueue(p.Running);
            }
            else
            {
                Put(at, EventKind.GoBlock, p.Time, [p.Running, (long)WaitReason.ChanReceive, 1000 + (p.Running & 127)]);
                p.Waiting.Enqueue(p.Running);
            }
            count++;
        }
        var from = _random.Next(100) == 0 ? _ps[_random.Next(_ps.Length)] : p;
        if (from.Runnable.Count < 10)
            from = p;
        p.Running = from.Runnable.Dequeue();
        // It was readied on another P, whose clock may be ahead.
        p.Time = Math.Max(p.Time, from.Time);
        Put(at, EventKind.GoStart, p.Time, [p.Running]);
        return count + 1;
    }

    private void Flush(long mark)
    {
        foreach (var buffer in _buffers)
            buffer.Flush();
        Put(EventTable.NoP, EventKind.FlushMark, mark, []);
        _withoutP.Flush();
    }

    private void Put(int stream, EventKind kind, long time, ReadOnlySpan<long> numbers, string first = "", string second = "")
    {
        var spec = EventTable.Find(kind)!;
        _writtenAt = Math.Max(_writtenAt, time);
        (stream < 0 ? _withoutP : _buffers[stream]).Put(spec, time, numbers, first, second);
    }

    void IBatchSink.Emit(in BatchHeader header, ReadOnlySpan<byte> records)
    {
        var payload = new PayloadWriter(_payload);
        payload.Int32(header.Scheduler);
        payload.Int32(header.Stream);
        payload.Int32(header.Generation);
        payload.Int32(header.Sequence);
        payload.Int64(header.BaseTime);
        payload.Int32(records.Length);
        payload.Bytes(records);
        _writer.Event(GmpEventSource.BatchId, _writtenAt, payload.Written);
    }

    private ref struct PayloadWriter(Span<byte> bytes)
    {
        private readonly Span<byte> _bytes = bytes;
        private int _count;

        public readonly ReadOnlySpan<byte> Written => _bytes[.._count];

        public void Int32(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_bytes[_count..], value);
            _count += sizeof(int);
        }

        public void Int64(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_bytes[_count..], value);
            _count += sizeof(long);
        }

        public void Bytes(scoped ReadOnlySpan<byte> value)
        {
            value.CopyTo(_bytes[_count..]);
            _count += value.Length;
        }
    }
}
