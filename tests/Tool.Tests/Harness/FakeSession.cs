using System.Collections.Concurrent;
using Gmp.Tool.Recording;

namespace Gmp.Tests.Harness;

/// <summary>A target as a test wants it: it sends what the test says, answers the stop or does not.</summary>
internal sealed class FakeSession : ITraceSession
{
    private readonly BlockingStream _stream = new();

    public Stream Stream => _stream;

    /// <summary>What was asked of the session, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>It takes the stop and never ends, as a process that is stopped.</summary>
    public bool IgnoresStop { get; init; }

    /// <summary>What is still sent between the flush and the end.</summary>
    public byte[] LastBytes { get; init; } = [];

    /// <summary>The target sends bytes.</summary>
    public void Send(byte[] bytes) => _stream.Add(bytes);

    /// <summary>The target's end of the connection closes.</summary>
    public void End() => _stream.End();

    public Task FlushAsync(CancellationToken cancel)
    {
        Calls.Enqueue("flush");
        if (IgnoresStop)
            return Task.Delay(Timeout.Infinite, cancel);
        _stream.Add(LastBytes);
        return Task.CompletedTask;
    }

    public Task<ITraceSession?> OpenSamplerAsync(CancellationToken cancel)
    {
        Calls.Enqueue("sampler");
        return Task.FromResult<ITraceSession?>(null);
    }

    public Task RenewAsync(CancellationToken cancel)
    {
        Calls.Enqueue("renew");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancel)
    {
        Calls.Enqueue("stop");
        if (IgnoresStop)
            return Task.Delay(Timeout.Infinite, cancel);
        _stream.End();
        return Task.CompletedTask;
    }

    public void Abort()
    {
        Calls.Enqueue("abort");
        _stream.End();
    }

    public void Dispose() => Calls.Enqueue("dispose");

    private sealed class BlockingStream : Stream
    {
        private readonly BlockingCollection<byte[]> _pieces = [];

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Add(byte[] bytes)
        {
            if (bytes.Length > 0)
                _pieces.Add(bytes);
        }

        public void End() => _pieces.CompleteAdding();

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (!_pieces.TryTake(out byte[]? piece, Timeout.Infinite))
                return 0;
            piece.CopyTo(buffer, offset);
            return piece.Length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
