using System.Text;
using Gmp.Analysis.Reading.Nettrace;

namespace Gmp.Analysis.Tests.Crafting;

/// <summary>Rewrites a version 4 file as version 6, which system-wide recorders write and our own reader leaves to TraceEvent.</summary>
internal static class NettraceV6
{
    public static byte[] From(byte[] version4)
    {
        var events = new Collector();
        var reader = new NettraceReader(events);
        version4.CopyTo(reader.Space(version4.Length));
        reader.Fill(version4.Length);
        reader.Complete();

        var file = new MemoryStream();
        file.Write("Nettrace"u8);
        NettraceWriter.Int32(file, 0);
        NettraceWriter.Int32(file, 6);
        NettraceWriter.Int32(file, 0);
        Block(file, 1, body =>
        {
            foreach (short part in (ReadOnlySpan<short>)[2026, 1, 4, 1, 12, 30, 15, 250])
                NettraceWriter.Int16(body, part);
            NettraceWriter.Int64(body, Recorder.Start - 1000);
            NettraceWriter.Int64(body, 1_000_000_000);
            NettraceWriter.Int32(body, 8);
            NettraceWriter.Int32(body, 1);
            Text(body, "ProcessId");
            Text(body, "4242");
        });
        Block(file, 6, body => Row(body, row =>
        {
            Var(row, 1);
            row.WriteByte(2);
            Var(row, 4242);
        }));
        var types = events.Seen.Select(e => e.Type).Distinct().ToList();
        Block(file, 3, body =>
        {
            NettraceWriter.Int16(body, 0);
            foreach (var type in types)
            {
                Row(body, row =>
                {
                    Var(row, (ulong)types.IndexOf(type) + 1);
                    Text(row, type.Provider);
                    Var(row, (ulong)type.Id);
                    Text(row, $"Event{type.Id}");
                    NettraceWriter.Int16(row, 0);
                    NettraceWriter.Int16(row, 0);
                });
            }
        });
        int sequence = 0;
        foreach (var some in events.Seen.OrderBy(e => e.Time).Chunk(5))
        {
            Block(file, 2, body =>
            {
                NettraceWriter.Int16(body, 20);
                NettraceWriter.Int16(body, 1);
                NettraceWriter.Int64(body, 0);
                NettraceWriter.Int64(body, 0);
                long last = 0;
                foreach (var (type, time, payload) in some)
                {
                    body.WriteByte((byte)(1 | 128 | (last == 0 ? 2 | 4 : 0) | 64));
                    Var(body, (ulong)types.IndexOf(type) + 1);
                    if (last == 0)
                    {
                        Var(body, (ulong)sequence);
                        Var(body, 1);
                        Var(body, 0);
                        Var(body, 1);
                    }
                    sequence++;
                    Var(body, (ulong)(time - last));
                    Var(body, (ulong)payload.Length);
                    body.Write(payload);
                    last = time;
                }
            });
        }
        NettraceWriter.Int32(file, 0);
        return file.ToArray();
    }

    private static void Block(MemoryStream file, int kind, Action<MemoryStream> write)
    {
        var body = new MemoryStream();
        write(body);
        NettraceWriter.Int32(file, (int)body.Length | (kind << 24));
        body.WriteTo(file);
    }

    private static void Row(MemoryStream body, Action<MemoryStream> write)
    {
        var row = new MemoryStream();
        write(row);
        NettraceWriter.Int16(body, (short)row.Length);
        row.WriteTo(body);
    }

    private static void Text(MemoryStream to, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Var(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void Var(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            to.WriteByte((byte)(value | 0x80));
        to.WriteByte((byte)value);
    }

    private sealed class Collector : INettraceSink
    {
        public List<(NettraceEventType Type, long Time, byte[] Payload)> Seen { get; } = [];

        public void OnTrace(in NettraceHeader header)
        {
        }

        public void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload) => Seen.Add((e.Type!, e.Timestamp, payload.ToArray()));

        public void OnSortedUpTo(long timestamp)
        {
        }
    }
}
