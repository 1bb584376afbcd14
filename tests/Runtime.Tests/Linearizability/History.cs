using System.Globalization;
using System.Text;

namespace Gmp.Tests.Linearizability;

/// <summary>
/// Records what several workers do at the same time. Each keeps its own list; what they share is a counter that gives invocations and returns their
/// order. If one operation returned before another was invoked, its number says so; the counter makes nothing wait.
/// </summary>
public sealed class History
{
    private readonly List<Operation>[] _byWorker;
    private long _clock;

    public History(int workers)
    {
        _byWorker = new List<Operation>[workers];
        for (int i = 0; i < workers; i++)
            _byWorker[i] = [];
    }

    /// <summary>Before the call. An argument below zero means none.</summary>
    public Operation Begin(int worker, string call, long argument = -1)
    {
        var operation = new Operation(worker, call, argument);
        _byWorker[worker].Add(operation);
        operation.Invoked = Interlocked.Increment(ref _clock);
        return operation;
    }

    /// <summary>After it.</summary>
    public void End(Operation operation, Ending ending = Ending.Done, long value = -1, long[]? values = null)
    {
        ArgumentNullException.ThrowIfNull(operation);
        operation.Returned = Interlocked.Increment(ref _clock);
        operation.Ending = ending;
        operation.Value = value;
        operation.Values = values;
    }

    /// <summary>All operations by their invocation, when every worker has ended.</summary>
    public IReadOnlyList<Operation> Operations()
    {
        var all = _byWorker.SelectMany(o => o).OrderBy(o => o.Invoked).ToList();
        foreach (var one in all)
            one.Overlaps = all.Exists(o => o.Worker != one.Worker && o.Invoked < one.Returned && one.Invoked < o.Returned);
        return all;
    }

    /// <summary>For people: a line an operation, with its time from left to right.</summary>
    public static string Draw(IReadOnlyList<Operation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        // Times that are there, numbered anew, so that the picture is narrow.
        var times = operations.SelectMany(o => (long[])[o.Invoked, o.Returned]).Where(t => t != long.MaxValue).Distinct().Order().ToList();
        var text = new StringBuilder();
        foreach (var one in operations)
        {
            int from = times.IndexOf(one.Invoked), to = one.Returned == long.MaxValue ? times.Count : times.IndexOf(one.Returned);
            string bar = new string(' ', from) + "[" + new string('-', to - from - 1) + (to == times.Count ? ">" : "]");
            text.Append(CultureInfo.InvariantCulture, $"  worker {one.Worker} {bar.PadRight(times.Count + 1)} {one}\n");
        }
        return text.ToString();
    }
}
