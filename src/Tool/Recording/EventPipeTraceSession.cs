using System.Diagnostics.Tracing;
using Gmp.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Recording;

/// <summary>A session of the provider <c>Gmp-Runtime</c> in a real process.</summary>
internal sealed class EventPipeTraceSession : ITraceSession
{
    private const int FlushBufferMegabytes = 1;

    private readonly DiagnosticsClient _client;
    private readonly EventPipeSession _session;

    private EventPipeTraceSession(DiagnosticsClient client, EventPipeSession session) => (_client, _session) = (client, session);

    public Stream Stream => _session.EventStream;

    /// <summary>Opens the session.</summary>
    /// <param name="client">The target.</param>
    /// <param name="bufferMegabytes">What the target may hold while the tool does not read; committed only as needed.</param>
    /// <param name="cancel">A stopped process (a debugger, SIGSTOP) accepts the connection and never answers.</param>
    public static async Task<EventPipeTraceSession> OpenAsync(DiagnosticsClient client, int bufferMegabytes, CancellationToken cancel)
    {
        var wanted = GmpEventSource.Keywords.Batches | GmpEventSource.Keywords.Status | GmpEventSource.Keywords.Heartbeat;
        return new EventPipeTraceSession(client, await StartAsync(client, wanted, bufferMegabytes, cancel).ConfigureAwait(false));
    }

    public async Task FlushAsync(CancellationToken cancel)
    {
        // A second session: being enabled is what makes the runtime flush, and that happens before this call returns. It carries next to
        // nothing, but it must be read as every session, or its stop would wait for ever.
        // The argument tells the runtime that nobody needs every state once more for this session.
        var argument = new Dictionary<string, string> { [GmpEventSource.FlushArgument] = "1" };
        using var flush = await StartAsync(_client, GmpEventSource.Keywords.Flush, FlushBufferMegabytes, cancel, argument).ConfigureAwait(false);
        var drained = flush.EventStream.CopyToAsync(Stream.Null, cancel);
        await flush.StopAsync(cancel).ConfigureAwait(false);
        await drained.ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancel) => _session.StopAsync(cancel);

    public void Abort() => _session.EventStream.Dispose();

    public void Dispose() => _session.Dispose();

    private static async Task<EventPipeSession> StartAsync(
        DiagnosticsClient client, EventKeywords keywords, int bufferMegabytes, CancellationToken cancel, Dictionary<string, string>? arguments = null)
    {
        EventPipeProvider[] providers = [new(GmpEventSource.ProviderName, EventLevel.Informational, (long)keywords, arguments)];
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
