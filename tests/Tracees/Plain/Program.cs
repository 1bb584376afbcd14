// A .NET process without goroutines: says that it runs, and goes on until its input closes; with --exit CODE it ends at once.
Console.WriteLine($"pid {Environment.ProcessId}");
if (args is ["--exit", var code])
    return int.Parse(code, System.Globalization.CultureInfo.InvariantCulture);
Console.In.ReadToEnd();
return 0;
