using System.Diagnostics;
using Gmp.Analysis.Model;
using Gmp.Analysis.Sampling;

namespace Gmp.Tool.Recording.Host;

/// <summary>
/// Looks at the machine and the target at the beginning of a recording, once a second, and at its end, and adds what it saw to the file. A look costs some 50 us
/// and 20 more for each thread of the target.
/// </summary>
internal sealed class HostRecorder : IRecordingAddition
{
    /// <summary>A day. After that every second fact goes, so that a recording of weeks keeps some.</summary>
    private const int MostFacts = 86_400;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_joinLimit = TimeSpan.FromSeconds(2);

    private readonly HostProbe _probe;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _gate = new();
    private readonly List<HostFact> _facts = [];
    private (int Cpus, int MachineCpus, double QuotaCpus) _host;

    public HostRecorder(HostProbe probe)
    {
        _probe = probe;
        _thread = new Thread(Run) { IsBackground = true, Name = "gmp-host" };
    }

    public void Begin(ILiveRecording recording) => _thread.Start();

    public void WriteTo(Stream file, CancellationToken hurry)
    {
        _stop.Set();
        if (_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted) || !_thread.Join(s_joinLimit))
            return;
        lock (_gate)
        {
            if (_facts.Count > 0)
                HostEvents.Write(file, Stopwatch.GetTimestamp(), _host, _facts);
        }
    }

    public void Dispose() => _stop.Set();

    private void Run()
    {
        try
        {
            lock (_gate)
                _host = _probe.Describe();
            bool goesOn = true;
            while (goesOn)
            {
                // One look more after the stop: the end counts.
                goesOn = !_stop.IsSet;
                Look();
                if (goesOn)
                    _stop.Wait(s_interval);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            // What was seen so far stays; findings say what they lack.
        }
    }

    private void Look()
    {
        if (_probe.Look(Stopwatch.GetTimestamp()) is not { } fact)
            return;
        lock (_gate)
        {
            _facts.Add(fact);
            if (_facts.Count <= MostFacts)
                return;
            for (int i = _facts.Count / 2; i > 0; i--)
                _facts.RemoveAt((2 * i) - 1);
        }
    }
}
