using System.Globalization;
using Gmp;
using Gmp.Tests.Counting;
using static Gmp.Goroutine;

// A program on the real runtime that knows what it does, so that a test can compare what a recording says of it.
//   count FILE Ps     does some of everything, writes how often it did what into FILE, and ends
//   park N            says "pid P", then "parked", when N goroutines wait; a pair goes on switching; ends with its input
//   end HOW N         says "pid P" and waits for a line; then starts N goroutines and ends at once: panic, deadlock, thread, return
switch (args)
{
    case ["count", var file, var processors]:
        var transitions = new Transitions();
        Scheduler.Run(transitions.Run, Undisturbed(Number(processors)));
        File.WriteAllLines(file, transitions.Lines());
        return 0;
    case ["park", var goroutines]:
        Console.WriteLine($"pid {Environment.ProcessId}");
        Scheduler.Run(() => Parking.Run(Number(goroutines)), new SchedulerOptions { Processors = 2, DetectDeadlock = false });
        return 0;
    case ["end", var how, var goroutines]:
        Console.WriteLine($"pid {Environment.ProcessId}");
        Console.In.ReadLine();
        Scheduler.Run(() => Ending.Run(how, Number(goroutines)), Undisturbed(1));
        return 0;
    default:
        Console.Error.WriteLine("There is no such mode.");
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

// No slice is ever over: what a goroutine does depends on nothing but its code.
static SchedulerOptions Undisturbed(int processors) => new() { Processors = processors, SliceDuration = TimeSpan.FromMinutes(10) };
