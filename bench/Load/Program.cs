using System.Globalization;
using Bench.Load;

// The load of bench/echo: the same for every server, in a process of its own, on one thread and without a runtime between it and the sockets. Linux.
try
{
    var options = new LoadOptions(args);
    using var load = new EchoLoad(options);
    load.Run(options.Warmup);
    var before = ServerCosts.Of(options.ServerId);
    load.Begin();
    double seconds = load.Run(options.Measure);
    var after = ServerCosts.Of(options.ServerId);

    string config = string.Create(CultureInfo.InvariantCulture, $"n={Short(options.Connections)},a={options.Active}");
    Line("echo", load.Answers / seconds, "/s");
    Line("echo-p50", load.Latency(0.50), "us");
    Line("echo-p99", load.Latency(0.99), "us");
    Line("echo-cpu", (after.CpuSeconds - before.CpuSeconds) * 1e6 / load.Answers, "s/M");
    Line("echo-memory", after.ResidentMegabytes, "MB");
    return 0;

    void Line(string name, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {config} {value:G5} {unit}"));

    static string Short(int n) => n % 1000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{n / 1000}k") : n.ToString(CultureInfo.InvariantCulture);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
