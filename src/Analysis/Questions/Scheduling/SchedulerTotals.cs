using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;

namespace Gmp.Analysis.Questions.Scheduling;

/// <summary>The accounts of all schedulers of a trace together; most traces have one.</summary>
internal sealed class SchedulerTotals(TraceModel model)
{
    private readonly IReadOnlyList<SchedulerAccounts> _accounts = model.Accounts;

    /// <summary>Each of them.</summary>
    public IReadOnlyList<SchedulerAccounts> All => _accounts;

    /// <summary>How often goroutines began to run.</summary>
    public long Starts => Sites.Sum(s => s.Starts);

    /// <summary>How many goroutines were created.</summary>
    public long Created => Sites.Sum(s => (long)s.Created);

    /// <summary>How many of those that the trace knows ended.</summary>
    public long Ended => Sites.Sum(s => (long)s.Ended);

    /// <summary>All sites.</summary>
    public IEnumerable<SiteAccount> Sites => _accounts.SelectMany(a => a.Sites);

    /// <summary>All Ms.</summary>
    public IEnumerable<MachineAccount> Machines => _accounts.SelectMany(a => a.Machines);

    /// <summary>The lanes of Ps.</summary>
    public IEnumerable<Lane> Processors => model.Lanes.Where(l => l.Kind == LaneKind.Processor);

    /// <summary>How often goroutines went from a state to another.</summary>
    public long Goroutines(int from, int to) => _accounts.Sum(a => a.GoroutineFlow.Count(from, to));

    /// <summary>How often Ps did.</summary>
    public long Ps(int from, int to) => _accounts.Sum(a => a.ProcessorFlow.Count(from, to));

    /// <summary>How often Ms did.</summary>
    public long Ms(int from, int to) => _accounts.Sum(a => a.MachineFlow.Count(from, to));

    /// <summary>A number of each scheduler, together.</summary>
    public long Sum(Func<SchedulerAccounts, long> number) => _accounts.Sum(number);

    /// <summary>What a P is called: <c>P0</c>, or <c>2/P0</c> where the trace has several schedulers.</summary>
    public string Name(int scheduler, int processor) => _accounts.Count > 1 ? $"{scheduler}/P{processor}" : $"P{processor}";

    /// <summary>What an M is called.</summary>
    public string NameOfMachine(int scheduler, int machine) => _accounts.Count > 1 ? $"{scheduler}/M{machine}" : $"M{machine}";
}
