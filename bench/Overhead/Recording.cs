using Microsoft.Diagnostics.NETCore.Client;

namespace Bench.Overhead;

/// <summary>A session of a target whose stream goes to a file, as the tools do it.</summary>
internal sealed class Recording : IDisposable
{
    private readonly EventPipeSession _session;
    private readonly string _path;
    private readonly Thread _pump;
    private Exception? _failure;

    internal Recording(int process, EventPipeSessionConfiguration configuration, string path)
    {
        _path = path;
        _session = new DiagnosticsClient(process).StartEventPipeSession(configuration);
        _pump = new Thread(Pump) { IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _pump.Start();
    }

    /// <summary>Ends the recording and counts what is in it.</summary>
    internal RecordingCounts Stop()
    {
        _session.Stop();
        _pump.Join();
        if (_failure is not null)
            throw new IOException($"The recording failed: {_failure.Message}", _failure);
        var counts = RecordingCounts.Of(_path);
        File.Delete(_path);
        return counts;
    }

    public void Dispose() => _session.Dispose();

    private void Pump()
    {
        try
        {
            using var file = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            byte[] buffer = new byte[256 * 1024];
            while (_session.EventStream.Read(buffer) is > 0 and int count)
                file.Write(buffer, 0, count);
        }
        catch (IOException e)
        {
            _failure = e;
        }
    }
}
