using Gmp.Tests.Scripted;

// Not a scheduler: a process that writes what a scheduler with a known disease would write, so that tests know every number.
// Options: --name NAME for the hog's name, --cycles N to end by itself, --exit CODE.
string name = Option("--name") ?? "checksum";
int cycles = int.Parse(Option("--cycles") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
int code = int.Parse(Option("--exit") ?? "0", System.Globalization.CultureInfo.InvariantCulture);

Console.WriteLine($"pid {Environment.ProcessId}");
if (args.Contains("--echo"))
    Console.WriteLine("echo " + Console.In.ReadLine());
var script = new ScriptedScheduler(name);
var thread = new Thread(() => script.Run(cycles)) { Name = "gmp-sysmon", IsBackground = true };
thread.Start();
if (cycles > 0)
    thread.Join();
else
    Console.In.ReadToEnd();
return code;

string? Option(string option) => Array.IndexOf(args, option) is >= 0 and int i && i + 1 < args.Length ? args[i + 1] : null;
