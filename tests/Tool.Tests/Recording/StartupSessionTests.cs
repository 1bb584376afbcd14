using System.Diagnostics;
using System.Diagnostics.Tracing;
using Gmp.Tests.Harness;
using Gmp.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tests.Recording;

/// <summary>
/// A session that starts while the program does. The framework makes some event sources on first use, under a lock that the session's start
/// holds, and either can wait for the other for ever.
/// </summary>
public class StartupSessionTests
{
    // One program of five hung before the runtime made those sources first: that all of these came through then has odds of one in ten thousand.
    private const int Programs = 40;
    private const int LatestMilliseconds = 30;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    // What dotnet-trace asks for. The loads of assemblies are what makes the session's start use such a source.
    private static readonly EventPipeProvider[] s_traceProviders =
    [
        new(GmpEventSource.ProviderName, EventLevel.Informational, (long)GmpEventSource.Keywords.Transitions),
        new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x100003801D),
    ];

    [Fact]
    public void Neither_the_program_nor_the_session_waits_for_ever_whenever_the_session_starts()
    {
        for (int i = 0; i < Programs; i++)
        {
            using var target = Tracee.Start("Obedient");
            // Not a wait for anything: the moment at which the session starts is what varies.
            var delay = TimeSpan.FromMilliseconds((double)LatestMilliseconds * i / Programs);
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < delay)
                Thread.SpinWait(20);
            string when = $"{delay.TotalMilliseconds:0.0} ms after the program's first line";
            var session = Begin(() => Read(target.Id));
            // Killed, the program's output ends, and with it this thread.
            bool did = false;
            var work = Begin(() =>
            {
                target.Process.StandardInput.WriteLine("burst 5");
                target.Process.StandardInput.Flush();
                did = target.Process.StandardOutput.ReadLine() == "burst 5";
            });
            Assert.True(work.Join(s_patience), "the program hangs since a session started " + when);
            Assert.True(did);
            target.Process.StandardInput.Close();
            Assert.Equal(0, target.WaitForExit());
            Assert.True(session.Join(s_patience), $"the session that started {when} has no end");
        }

        static Thread Begin(ThreadStart body)
        {
            var thread = new Thread(body) { IsBackground = true };
            thread.Start();
            return thread;
        }

        static void Read(int process)
        {
            try
            {
                using var session = new DiagnosticsClient(process).StartEventPipeSession(s_traceProviders, requestRundown: true, circularBufferMB: 64);
                session.EventStream.CopyTo(Stream.Null);
            }
            catch (Exception e) when (e is DiagnosticsClientException or IOException)
            {
                // The program ended first.
            }
        }
    }
}
