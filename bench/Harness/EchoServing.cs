using System.Globalization;
using System.Net;

namespace Bench.Harness;

/// <summary>How a server of bench/echo and its script agree: the server says its port and process, and serves until its input ends.</summary>
public static class EchoServing
{
    /// <summary>Says where it listens; the process ends when the script closes its input, also where the script was killed.</summary>
    public static void Listening(EndPoint at)
    {
        ArgumentNullException.ThrowIfNull(at);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{((IPEndPoint)at).Port} {Environment.ProcessId}"));
        new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }
            Environment.Exit(0);
        })
        { IsBackground = true }.Start();
    }
}
