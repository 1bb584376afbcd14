using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;
using Gmp.Tool.Recording;

namespace Gmp.Tool.Tui.Sources;

/// <summary>
/// A recording that runs, and the thread that reads its file behind the recorder. Reading is neither the pump's business, which must never
/// wait for anything, nor the UI thread's, which must answer a key at once.
/// </summary>
internal sealed class LiveSource : ITimelineSource, IDisposable
{
    private static readonly TimeSpan s_pollPeriod = TimeSpan.FromMilliseconds(25);

    private readonly TraceFollower _follower;
    private readonly ILiveRecording _recording;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private volatile string? _notice;
    private volatile bool _readToEnd;

    public LiveSource(TraceFollower follower, ILiveRecording recording)
    {
        _follower = follower;
        _recording = recording;
        _thread = new Thread(Follow) { IsBackground = true, Name = "trace follower" };
        _thread.Start();
    }

    public TraceModel Model => _follower.Trace.Model;

    public bool IsLive => !_readToEnd;

    public string Title => _recording.Title;

    public int ProcessId => _recording.ProcessId;

    public long Bytes => _recording.BytesWritten;

    public long EventsLost => _follower.Trace.Info.EventsLost + _follower.Trace.Info.BatchesLost;

    public string? Notice => _notice;

    public long SliceOf(int scheduler) => _follower.Trace.Info.SliceNs(scheduler);

    /// <summary>Ends the reading thread. The follower stays the caller's, who may still complete it.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Follow()
    {
        try
        {
            do
            {
                // The order matters: what was written before the end was announced must still be read after it.
                bool ended = _recording.HasEnded;
                _ = _follower.Poll();
                if (!ended)
                    continue;
                _follower.Complete();
                _notice = _recording.EndReason ?? "The recording has ended.";
                _readToEnd = true;
                return;
            }
            while (!_stop.Wait(s_pollPeriod));
        }
        catch (Exception e)
        {
            // A reader that cannot go on must not take the recording with it, and an exception on a thread of its own would end the process.
            _notice = $"The picture stops here, since the file cannot be read further: {e.Message}"
                + (_recording.HasEnded ? "" : " The recording goes on.");
            _readToEnd = true;
        }
    }
}
