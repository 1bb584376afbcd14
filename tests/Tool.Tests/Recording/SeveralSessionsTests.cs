using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Tests.Recording;

/// <summary>Several tools on one process: each gets what it asked for from its start to its end, whoever comes and goes meanwhile.</summary>
public class SeveralSessionsTests
{
    private const int Step = 60;

    // o, p: our own recordings; t: what dotnet-trace does (single events, stacks, rundown); c: what dotnet-counters does.
    [Theory]
    [InlineData("o t c", "o t c")]
    [InlineData("o t c", "c t o")]
    [InlineData("c o t", "t o c")]
    [InlineData("t c o", "o c t")]
    [InlineData("t o c", "t c o")]
    [InlineData("c t o", "c o t")]
    [InlineData("o p", "o p")]
    [InlineData("o p t", "p t o")]
    public void Each_session_gets_what_it_asked_for_in_every_order_of_starts_and_stops(string starts, string stops)
    {
        using var target = Tracee.Start("Obedient");
        using var folder = new TempFolder();
        var open = new Dictionary<string, (ISession Session, int From)>();
        int created = 0;
        foreach (string kind in starts.Split(' '))
        {
            ISession session = kind switch
            {
                "t" => new TraceSession(target.Id),
                "c" => new CounterSession(target.Id),
                _ => new OurRecording(target.Id, folder.File(kind + ".nettrace")),
            };
            open[kind] = (session, created);
            Burst();
        }
        foreach (string kind in stops.Split(' '))
        {
            Burst();
            var (session, from) = open[kind];
            session.StopAndCheck(created - from, created);
        }
        Assert.False(target.Process.HasExited);

        void Burst()
        {
            target.Do($"burst {Step}");
            created += Step;
        }
    }

    private interface ISession
    {
        /// <summary>Ends the session, which must have seen so many goroutines of the name "burst" be created; the process made so many of them in all.</summary>
        void StopAndCheck(int seen, int madeInAll);
    }

    private sealed class OurRecording : ISession
    {
        private readonly string _path;
        private readonly Task<ToolRun> _run;
        private volatile bool _enter;

        public OurRecording(int process, string path)
        {
            _path = path;
            var stdio = new FakeStdio { InIsTerminal = true, Enter = () => _enter };
            _run = Task.Run(() => ToolRun.With(stdio, "attach", process.ToString(CultureInfo.InvariantCulture), "--no-ui", "--no-report", "-o", path));
            // Its session is open when the first bytes of it are in the file.
            Wait.Until(() => _run.IsCompleted || (File.Exists(path) && new FileInfo(path).Length > 1000), "the recording to begin");
        }

        public void StopAndCheck(int seen, int madeInAll)
        {
            _enter = true;
            Assert.True(_run.Wait(TimeSpan.FromSeconds(60)));
            Assert.Equal(0, _run.Result.ExitCode);
            Assert.EndsWith("Events lost    : 0\n", _run.Result.Error, StringComparison.Ordinal);
            var trace = TraceFile.Load(_path);
            // As alone: whole, without a contradiction, and every goroutine once.
            Assert.Equal((0, 0, 0, 0), (trace.Info.EventsLost, trace.Info.BatchesLost, trace.Info.RepairedRecords, trace.Info.LateRecords));
            Assert.False(trace.Info.IsTruncated || trace.Info.IsRepaired || trace.Info.FromTransitions);
            Assert.Equal(seen, trace.Model.Goroutines.Count(g => g.Name == "burst"));
        }
    }

    /// <summary>A session as the client library and TraceEvent make one, read on a thread of its own.</summary>
    private abstract class EventPipeListener : ISession
    {
        private readonly EventPipeSession _session;
        private readonly Thread _reader;

        protected EventPipeListener(int process, IReadOnlyList<EventPipeProvider> providers, bool rundown)
        {
            // Stacks on, as these tools have them.
            _session = new DiagnosticsClient(process).StartEventPipeSession(providers, rundown, circularBufferMB: 256);
            _reader = new Thread(Read) { IsBackground = true };
            _reader.Start();

            void Read()
            {
                using var source = new EventPipeEventSource(_session.EventStream);
                source.Dynamic.All += OnEvent;
                source.Process();
                Lost = source.EventsLost;
            }
        }

        protected long Lost { get; private set; }

        public abstract void StopAndCheck(int seen, int madeInAll);

        protected abstract void OnEvent(TraceEvent e);

        protected void Stop()
        {
            _session.Stop();
            Assert.True(_reader.Join(TimeSpan.FromSeconds(60)));
            _session.Dispose();
            Assert.Equal(0, Lost);
        }
    }

    private sealed class TraceSession(int process) : EventPipeListener(process,
        [
            new(GmpEventSource.ProviderName, EventLevel.Informational, (long)GmpEventSource.Keywords.Transitions),
            new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x100003801D),
        ], rundown: true)
    {
        private readonly ConcurrentDictionary<long, int> _created = new();
        private int _batches;

        public override void StopAndCheck(int seen, int madeInAll)
        {
            Stop();
            Assert.Equal(seen, _created.Count);
            Assert.All(_created.Values, times => Assert.Equal(1, times));
            Assert.Equal(0, _batches);
        }

        protected override void OnEvent(TraceEvent e)
        {
            if (e.ProviderName != GmpEventSource.ProviderName)
                return;
            if ((int)e.ID == GmpEventSource.BatchId)
                _batches++;
            else if ((int)e.ID == GmpEventSource.FirstTransitionId + (int)EventKind.GoCreate && (string)e.PayloadByName("name") == "burst")
                _created.AddOrUpdate(Convert.ToInt64(e.PayloadByName("g"), CultureInfo.InvariantCulture), 1, (_, times) => times + 1);
        }
    }

    private sealed class CounterSession(int process) : EventPipeListener(process,
        [
            new("System.Diagnostics.Metrics", EventLevel.Informational, 0x2, new Dictionary<string, string>
            {
                ["SessionId"] = Guid.NewGuid().ToString(),
                ["Metrics"] = "Gmp.Runtime,System.Runtime",
                ["RefreshInterval"] = "0.1",
                ["MaxTimeSeries"] = "1000",
                ["MaxHistograms"] = "20",
                ["ClientId"] = Guid.NewGuid().ToString(),
            }),
            new("System.Runtime", EventLevel.Informational, -1, new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" }),
        ], rundown: false)
    {
        private readonly ConcurrentDictionary<string, double> _last = new();
        private readonly ConcurrentBag<string> _errors = [];
        private int _eventCounters;

        public override void StopAndCheck(int seen, int madeInAll)
        {
            Wait.Until(() => _last.GetValueOrDefault("gmp.goroutine.created") >= madeInAll, () =>
                $"the count of created goroutines to reach {madeInAll}: {string.Join(", ", _last)} {string.Join(", ", _errors)}");
            Wait.Until(() => _last.Keys.Any(k => k.StartsWith("dotnet.", StringComparison.Ordinal)) && Volatile.Read(ref _eventCounters) > 0, "the framework's own counters");
            Stop();
            Assert.Empty(_errors);
        }

        protected override void OnEvent(TraceEvent e)
        {
            if (e.ProviderName == "System.Runtime")
                Interlocked.Increment(ref _eventCounters);
            else if (e.EventName is "CounterRateValuePublished" or "UpDownCounterRateValuePublished")
                _last[(string)e.PayloadByName("instrumentName")] = double.Parse((string)e.PayloadByName("value"), CultureInfo.InvariantCulture);
            else if (e.EventName is "Error" or "ObservableInstrumentCallbackError" or "MultipleSessionsNotSupportedError" or "TimeSeriesLimitReached")
                _errors.Add(e.EventName);
        }
    }
}
