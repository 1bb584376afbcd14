using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gmp.Tests.Harness;
using Gmp.Tool.Demo;
using Gmp.Tool.Stdio;

namespace Gmp.Tests;

/// <summary>What the tool says when nobody takes its data.</summary>
public class OutputTests
{
    [Theory]
    [InlineData(">/dev/full")]
    [InlineData(">&-")]
    public void A_stdout_that_is_full_or_closed_is_one_sentence_and_exit_code_2(string redirection)
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("This system has no /dev/full, the device that is always full.");
        foreach (string verb in (string[])["demo", "--help"])
        {
            using var tool = Tracee.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec '{DotnetHost.Find()}' '{Repository.Tool}' {verb} {redirection}"]) { RedirectStandardError = true });
            string error = tool.Process.StandardError.ReadToEnd();
            int code = tool.WaitForExit();
            Assert.True(code == 2, $"{verb}: exit code {code}\n{error}");
            Assert.StartsWith("[ERROR] stdout cannot be written (", error, StringComparison.Ordinal);
            Assert.Equal(error.Length - 1, error.IndexOf('\n', StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_way_to_write_tells_that_it_was_the_output_that_failed()
    {
        var writer = new DataWriter(new Failing(new IOException("No space left on device")));
        Assert.Equal("No space left on device", Assert.Throws<OutputException>(() => writer.WriteLine("x")).Message);
        Assert.Throws<OutputException>(() => writer.Write('x'));
        Assert.Throws<OutputException>(writer.Flush);
    }

    private sealed class Failing(Exception failure) : TextWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw failure;

        public override void WriteLine(string? value) => throw failure;

        public override void Flush() => throw failure;
    }
}
