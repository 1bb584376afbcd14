using System.Buffers.Binary;
using Gmp.Analysis.Model;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Reading.Ordering;

namespace Gmp.Analysis.Reading;

/// <summary>
/// Makes pauses of the runtime's events of stopping and starting its threads. Different threads may write the two, and the file keeps no order between threads,
/// so the ends may come before the begins.
/// </summary>
internal sealed class PauseIntake(List<RuntimePause> pauses)
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const int RestartEnd = 3, SuspendBegin = 9;
    private const uint ForCollection = 1, ForPreparation = 6;

    /// <summary>More that wait for their other half are damage: only one pause is under way at a time.</summary>
    private const int MostOpen = 1024;

    private readonly List<(long Ticks, bool IsCollection)> _begins = [];
    private readonly List<long> _ends = [];
    private readonly List<(long Begin, long End, bool IsCollection)> _whole = [];

    public void Take(NettraceEventType type, long ticks, ReadOnlySpan<byte> payload)
    {
        if (type.Provider != Runtime)
            return;
        if (type.Id == SuspendBegin)
        {
            bool isCollection = payload.Length >= sizeof(uint)
                && BinaryPrimitives.ReadUInt32LittleEndian(payload) is ForCollection or ForPreparation;
            Insert(_begins, (Ticks: ticks, isCollection), static b => b.Item1);
            Pair();
        }
        else if (type.Id == RestartEnd)
        {
            Insert(_ends, ticks, static e => e);
            Pair();
        }
    }

    /// <summary>Passes on those that are whole.</summary>
    /// <returns>True if there were any.</returns>
    public bool Release(TraceClock clock)
    {
        if (_whole.Count == 0 || clock.Origin is null)
            return false;
        foreach (var (begin, end, isCollection) in _whole)
            pauses.Add(new RuntimePause(clock.SinceStart(begin), clock.SinceStart(end), isCollection));
        _whole.Clear();
        return true;
    }

    // An end belongs to the last begin before it, if no other end lies between.
    private void Pair()
    {
        for (int i = _ends.Count - 1; i >= 0; i--)
        {
            long end = _ends[i];
            int begin = _begins.FindLastIndex(b => b.Ticks <= end);
            if (begin < 0 || (i > 0 && _ends[i - 1] >= _begins[begin].Ticks))
                continue;
            _whole.Add((_begins[begin].Ticks, end, _begins[begin].IsCollection));
            _ends.RemoveAt(i);
            _begins.RemoveAt(begin);
        }
    }

    private static void Insert<T>(List<T> list, T item, Func<T, long> ticks)
    {
        if (list.Count >= MostOpen)
            list.RemoveAt(0);
        int at = list.FindLastIndex(other => ticks(other) <= ticks(item)) + 1;
        list.Insert(at, item);
    }
}
