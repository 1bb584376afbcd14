using System.Diagnostics;

namespace Gmp.Verdicts;

/// <summary>Processes beside the sample that want all of every core, as long as it is not disposed.</summary>
internal sealed class BusyMachine : IDisposable
{
    private readonly List<Process> _processes = [];

    /// <summary>Starts one for each core.</summary>
    public BusyMachine()
    {
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true };
            // Started by `dotnet file.dll`, or by the file's own program.
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
                start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
            start.ArgumentList.Add("--burn");
            _processes.Add(Process.Start(start)!);
        }
    }

    /// <summary>What such a process does: it ends with its input, so it never outlives the one that started it.</summary>
    public static int Burn()
    {
        bool over = false;
        new Thread(() =>
        {
            Console.In.ReadToEnd();
            Volatile.Write(ref over, true);
        })
        { IsBackground = true }.Start();
        while (!Volatile.Read(ref over))
        {
        }
        return 0;
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
