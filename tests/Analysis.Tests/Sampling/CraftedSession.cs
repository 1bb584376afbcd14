using Gmp.Analysis.Sampling;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests.Sampling;

/// <summary>A session of the sample profiler as the runtime writes one, whose code is <see cref="LineTests.Computes"/>.</summary>
internal static class CraftedSession
{
    public const ulong Code = 0x1000, Loop = 0x2000, Framework = 0x3000;

    private const string Rundown = "Microsoft-Windows-DotNETRuntimeRundown";

    /// <summary>A session in which threads were seen with stacks.</summary>
    /// <param name="module">The file of the user's module.</param>
    /// <param name="symbols">The id of its symbols.</param>
    /// <param name="samples">When (ns), which thread, return addresses.</param>
    public static SampleSession Of(string module, Guid symbols, params (long Time, long Thread, ulong[] Stack)[] samples)
    {
        var writer = new NettraceWriter();
        writer.Stacks(1, [.. samples.Select(s => s.Stack)]);
        for (int i = 0; i < samples.Length; i++)
            writer.Event(SampleSession.SamplerName, 0, thread: 99, Recorder.Start + samples[i].Time, sorted: false, [2, 0, 0, 0], i + 1, samples[i].Thread);
        // A piece of code compiled first, then the better one, of the same method: each has its map before it.
        Map(writer, 5, [-2, 0], [0, 2]);
        Method(writer, 5, 1, Code, 0x100, LineTests.TokenOf(nameof(LineTests.Computes)), "Tests.LineTests", "Computes");
        Map(writer, 5, [-2, 0, 1000], [0, 2, 0x80]);
        Method(writer, 5, 1, Loop, 0x100, LineTests.TokenOf(nameof(LineTests.Computes)), "Tests.LineTests", "Computes");
        Method(writer, 6, 2, Framework, 0x100, 0, "System.Threading.Thread", "StartCallback");
        Module(writer, 1, module, symbols);
        Module(writer, 2, "/usr/share/dotnet/System.Private.CoreLib.dll", Guid.Empty);
        byte[] bytes = writer.ToArray();
        var session = new SampleSession();
        // In pieces, as a stream gives them.
        for (int at = 0; at < bytes.Length; at += 100)
            session.Read(bytes.AsSpan(at, Math.Min(100, bytes.Length - at)));
        return session;
    }

    private static void Map(NettraceWriter to, long method, int[] il, int[] native)
    {
        var payload = new MemoryStream();
        NettraceWriter.Int64(payload, method);
        NettraceWriter.Int64(payload, 0);
        payload.WriteByte(0);
        NettraceWriter.Int16(payload, (short)il.Length);
        foreach (int offset in il.Concat(native))
            NettraceWriter.Int32(payload, offset);
        NettraceWriter.Int16(payload, 0);
        to.Event(Rundown, 150, 1, Recorder.Start, sorted: false, payload.ToArray());
    }

    private static void Method(NettraceWriter to, long method, long module, ulong start, int size, int token, string type, string name)
    {
        var payload = new MemoryStream();
        NettraceWriter.Int64(payload, method);
        NettraceWriter.Int64(payload, module);
        NettraceWriter.Int64(payload, (long)start);
        NettraceWriter.Int32(payload, size);
        NettraceWriter.Int32(payload, token);
        NettraceWriter.Int32(payload, 0);
        NettraceWriter.Utf16(payload, type);
        NettraceWriter.Utf16(payload, name);
        NettraceWriter.Utf16(payload, "int32 (int32)");
        to.Event(Rundown, 144, 1, Recorder.Start, sorted: false, payload.ToArray());
    }

    private static void Module(NettraceWriter to, long id, string path, Guid symbols)
    {
        var payload = new MemoryStream();
        NettraceWriter.Int64(payload, id);
        NettraceWriter.Int64(payload, 0);
        NettraceWriter.Int32(payload, 0);
        NettraceWriter.Int32(payload, 0);
        NettraceWriter.Utf16(payload, path);
        NettraceWriter.Utf16(payload, "");
        NettraceWriter.Int16(payload, 0);
        payload.Write(symbols.ToByteArray());
        to.Event(Rundown, 154, 1, Recorder.Start, sorted: false, payload.ToArray());
    }
}
