using System.Diagnostics.Tracing;
using Gmp.Analysis.Sampling;
using Gmp.Tool.Commands;
using Gmp.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Recording;

/// <summary>A session of the provider <c>Gmp-Runtime</c> in a real process.</summary>
internal sealed class EventPipeTraceSession : ITraceSession
{
    private const int FlushBufferMegabytes = 1;

    // A second of 500 threads, should this tool not get a CPU for so long.
    private const int SamplerBufferMegabytes = 128;

    private readonly DiagnosticsClient _client;
    private readonly EventPipeSession _session;

    private EventPipeTraceSession(DiagnosticsClient client, EventPipeSession session) => (_client, _session) = (client, session);

    public Stream Stream => _session.EventStream;

    /// <summary>Opens the session.</summary>
    /// <param name="client">The target.</param>
    /// <param name="request">What to record beside the scheduler, and what the target may hold while the tool does not read; committed only as needed.</param>
    /// <param name="cancel">A stopped process (a debugger, SIGSTOP) accepts the connection and never answers.</param>
    public static async Task<EventPipeTraceSession> OpenAsync(DiagnosticsClient client, RecordingRequest request, CancellationToken cancel)
    {
        var providers = ProviderSpec.Merge([Ours(GmpEventSource.Keywords.Batches | GmpEventSource.Keywords.Status | GmpEventSource.Keywords.Heartbeat)], request.Providers);
        return new EventPipeTraceSession(client, await StartAsync(client, providers, request.BufferMegabytes, cancel).ConfigureAwait(false));
    }

    // The argument tells the runtime that nobody needs every state once more for this session.
    public Task FlushAsync(CancellationToken cancel) => EnableAsync(new() { [GmpEventSource.FlushArgument] = "1" }, cancel);

    public Task RenewAsync(CancellationToken cancel) => EnableAsync(null, cancel);

    // A second session: being enabled is what makes the runtime do it, and that happens before this call returns. It carries next to
    // nothing, but it must be read as every session, or its stop would wait for ever.
    private async Task EnableAsync(Dictionary<string, string>? argument, CancellationToken cancel)
    {
        var providers = new[] { Ours(GmpEventSource.Keywords.Flush, argument) };
        using var flush = await StartAsync(_client, providers, FlushBufferMegabytes, cancel).ConfigureAwait(false);
        var drained = flush.EventStream.CopyToAsync(Stream.Null, cancel);
        await flush.StopAsync(cancel).ConfigureAwait(false);
        await drained.ConfigureAwait(false);
    }

    public async Task<ITraceSession?> OpenSamplerAsync(CancellationToken cancel)
    {
        EventPipeProvider[] sampler = [new(SampleSession.SamplerName, EventLevel.Informational)];
        EventPipeSession session;
        try
        {
            var lean = new EventPipeSessionConfiguration(sampler, SamplerBufferMegabytes, SampleSession.RundownKeywords, requestStackwalk: true);
            session = await _client.StartEventPipeSessionAsync(lean, cancel).ConfigureAwait(false);
        }
        catch (UnsupportedCommandException)
        {
            // Before .NET 9 the runtime chooses itself what it tells in the end, which is a little more.
            session = await _client.StartEventPipeSessionAsync(sampler, requestRundown: true, SamplerBufferMegabytes, cancel).ConfigureAwait(false);
        }
        return new EventPipeTraceSession(_client, session);
    }

    public Task StopAsync(CancellationToken cancel) => _session.StopAsync(cancel);

    public void Abort() => _session.EventStream.Dispose();

    public void Dispose() => _session.Dispose();

    private static ProviderSpec Ours(EventKeywords keywords, IReadOnlyDictionary<string, string>? arguments = null) =>
        new(GmpEventSource.ProviderName, (long)keywords, EventLevel.Informational, arguments);

    private static async Task<EventPipeSession> StartAsync(
        DiagnosticsClient client, IReadOnlyList<ProviderSpec> specs, int bufferMegabytes, CancellationToken cancel)
    {
        EventPipeProvider[] providers = [.. specs.Select(p => p.ToEventPipe())];
        try
        {
            // No stack walk: it would cost the target ten times what the events do. No rundown: the events carry their own names.
            var plain = new EventPipeSessionConfiguration(providers, bufferMegabytes, requestRundown: false, requestStackwalk: false);
            return await client.StartEventPipeSessionAsync(plain, cancel).ConfigureAwait(false);
        }
        catch (UnsupportedCommandException)
        {
            // Before .NET 9 the runtime knows no such flag and walks the stack of every event; batches make them few.
            return await client.StartEventPipeSessionAsync(providers, requestRundown: false, bufferMegabytes, cancel).ConfigureAwait(false);
        }
    }
}
