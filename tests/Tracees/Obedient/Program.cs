using System.Diagnostics;
using System.Globalization;
using Gmp;
using Gmp.Tests.Obedient;
using static Gmp.Goroutine;

// A real scheduler that does what it is told: first its arguments, then the lines of its input, one command each; it says each when it is done.
// It ends with its input.
Console.WriteLine($"pid {Environment.ProcessId}");
_ = Spam.Log.Name;
int code = 0;
Scheduler.Run(
    async () =>
    {
        foreach (string command in args)
        {
            if (!await Do(command))
                return;
        }
        while (await Blocking(Console.In.ReadLine) is string line && await Do(line))
        {
        }
    },
    new SchedulerOptions { Processors = 2 });
return code;

async GoTask<bool> Do(string command)
{
    string[] words = command.Split(' ', 2);
    string argument = words.Length > 1 ? words[1] : "";
    switch (words[0])
    {
        case "burst":
            // So many goroutines of this name are created, neither more nor less.
            var done = new WaitGroup();
            for (int i = Number(argument); i > 0; i--)
            {
                done.Add(1);
                Go(async () =>
                {
                    await Yield();
                    done.Done();
                }, "burst");
            }
            await done.Wait();
            break;
        case "spam":
            for (int i = 0; i < Number(argument); i++)
                Spam.Log.Number(i);
            break;
        case "child":
            code = await Blocking(() => Child(argument));
            break;
        case "exit":
            code = argument.Length > 0 ? Number(argument) : code;
            return false;
        case "crash":
            Environment.FailFast("as told");
            break;
    }
    Console.WriteLine(command);
    return true;
}

// A .NET program of its own, as many programs start one.
static int Child(string assembly)
{
    using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [assembly]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    child.StandardInput.Close();
    child.StandardOutput.ReadToEnd();
    child.WaitForExit();
    return child.ExitCode;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
