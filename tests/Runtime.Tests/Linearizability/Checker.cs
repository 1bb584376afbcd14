using System.Globalization;
using System.Text;

namespace Gmp.Tests.Linearizability;

/// <summary>
/// Whether what several workers saw can be explained by an order of steps, each between its operation's invocation and its return, that the
/// model allows (Herlihy and Wing: linearizability). The search is Wing and Gong's: of all operations that may be next, since none that is
/// left returned before they were invoked, it tries one after the other; and what Lowe added: the same operations done with the same state
/// reached are not tried twice.
/// </summary>
public static class Checker
{
    /// <summary>So many operations a history at most: a bit each.</summary>
    public const int MostOperations = 64;

    /// <summary>Explains a history.</summary>
    /// <returns>Null if it can be explained; else what a person needs to see why not.</returns>
    public static string? Check<TState>(SequentialModel<TState> model, IReadOnlyList<Operation> operations)
        where TState : struct, IEquatable<TState>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(operations);
        if (operations.Count > MostOperations)
            throw new ArgumentException($"A history has at most {MostOperations} operations.", nameof(operations));
        return new Search<TState>(model, operations).Succeeds() ? null : Explain(model, operations);
    }

    /// <summary>
    /// The shortest beginning that cannot be explained, in which what returned later has not returned: it may have happened or not. The last
    /// return in it is what is wrong.
    /// </summary>
    public static IReadOnlyList<Operation> Shorten<TState>(SequentialModel<TState> model, IReadOnlyList<Operation> operations)
        where TState : struct, IEquatable<TState>
    {
        ArgumentNullException.ThrowIfNull(operations);
        foreach (long end in operations.Select(o => o.Returned).Order())
        {
            var prefix = new List<Operation>();
            foreach (var one in operations.Where(o => o.Invoked < end))
            {
                var copy = one.Clone();
                if (copy.Returned > end)
                    copy.Returned = long.MaxValue;
                prefix.Add(copy);
            }
            if (!new Search<TState>(model, prefix).Succeeds())
                return prefix;
        }
        return operations;
    }

    private static string Explain<TState>(SequentialModel<TState> model, IReadOnlyList<Operation> operations)
        where TState : struct, IEquatable<TState>
    {
        var shortest = Shorten(model, operations);
        var search = new Search<TState>(model, shortest);
        search.Succeeds();
        var wrong = shortest.Where(o => o.Returned != long.MaxValue).MaxBy(o => o.Returned);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"No order of these {shortest.Count} operations (of {operations.Count}) explains worker {wrong?.Worker}: {wrong}\n");
        text.Append(History.Draw(shortest));
        text.Append(CultureInfo.InvariantCulture, $"  as far as it can be explained: {search.Furthest}\n");
        return text.ToString();
    }

    private sealed class Search<TState>(SequentialModel<TState> model, IReadOnlyList<Operation> operations)
        where TState : struct, IEquatable<TState>
    {
        private readonly HashSet<(ulong Done, TState State)> _tried = [];
        private readonly List<string> _path = [];
        private ulong _required;
        private int _furthest = -1;

        internal string Furthest { get; private set; } = "";

        internal bool Succeeds()
        {
            for (int i = 0; i < operations.Count; i++)
            {
                if (operations[i].Returned != long.MaxValue)
                    _required |= 1UL << i;
            }
            return From(0, model.Initial);
        }

        private bool From(ulong done, TState state)
        {
            if ((done & _required) == _required)
                return true;
            if (!_tried.Add((done, state)))
                return false;
            if (_path.Count > _furthest)
            {
                _furthest = _path.Count;
                Furthest = $"{string.Join("; ", _path)} -> {state}";
            }
            long firstReturn = long.MaxValue;
            for (int i = 0; i < operations.Count; i++)
            {
                if ((done & (1UL << i)) == 0)
                    firstReturn = Math.Min(firstReturn, operations[i].Returned);
            }
            for (int i = 0; i < operations.Count && operations[i].Invoked < firstReturn; i++)
            {
                if ((done & (1UL << i)) != 0)
                    continue;
                if (model.TryStep(state, operations[i], out var next) && Step(done | (1UL << i), next, operations[i].ToString()))
                    return true;
                for (int k = 0; k < operations.Count && operations[k].Invoked < firstReturn; k++)
                {
                    if (k != i && (done & (1UL << k)) == 0 && model.TryMeet(state, operations[i], operations[k], out next)
                        && Step(done | (1UL << i) | (1UL << k), next, $"{operations[i]} with {operations[k]}"))
                    {
                        return true;
                    }
                }
            }
            return false;
        }

        private bool Step(ulong done, TState state, string what)
        {
            _path.Add(what);
            bool succeeds = From(done, state);
            _path.RemoveAt(_path.Count - 1);
            return succeeds;
        }
    }
}
