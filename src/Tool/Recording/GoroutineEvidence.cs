using System.Diagnostics;
using System.Text;
using Gmp.Tracing;

namespace Gmp.Tool.Recording;

/// <summary>
/// Finds out whether the recorded process runs goroutines. The provider greets every session that starts, and with its first event the
/// stream carries the provider's name; a process without the runtime sends nothing but the format's own frame.
/// </summary>
internal static class GoroutineEvidence
{
    // The greeting is among the first things in the stream.
    private const int SearchedBytes = 1024 * 1024;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    // Nettrace 4 writes names in UTF-16, nettrace 6 in UTF-8.
    private static readonly byte[] s_utf16 = Encoding.Unicode.GetBytes(GmpEventSource.ProviderName);
    private static readonly byte[] s_utf8 = Encoding.UTF8.GetBytes(GmpEventSource.ProviderName);

    /// <summary>Waits for the greeting in the growing file.</summary>
    /// <returns>False if it did not come within <paramref name="limit"/>, or the recording ended without it.</returns>
    public static bool Await(TraceRecording recording, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            // Looked at before the file is, or the last bytes could come in between.
            bool ended = recording.HasEnded;
            if (IsIn(recording))
                return true;
            if (ended || clock.Elapsed > limit)
                return false;
            recording.Wait(s_poll);
        }
    }

    private static bool IsIn(TraceRecording recording)
    {
        try
        {
            long written = recording.BytesWritten;
            using var file = new FileStream(recording.OutputPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (!file.CanSeek || file.Length < written)
                return true;   // a pipe or device: nothing can be looked up
            byte[] head = new byte[(int)Math.Min(file.Length, SearchedBytes)];
            int count = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            var seen = head.AsSpan(0, count);
            return seen.IndexOf(s_utf16) >= 0 || seen.IndexOf(s_utf8) >= 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
