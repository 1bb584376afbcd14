using System.Buffers;
using Gmp.Tracing;

namespace Gmp.Analysis.Reading.Ordering;

/// <summary>
/// The batches of one stream (a P, or what has none), put in order, and a cursor over their records.
/// </summary>
/// <remarks>
/// EventPipe keeps the order of each thread and not that between threads, and a stream is flushed by whichever thread comes to it, so
/// batches arrive out of order. They are numbered: a number that is missing is waited for until the file is known to hold everything
/// that was written before the batch that follows it. Then it is lost.
/// </remarks>
internal sealed class StreamQueue(int stream)
{
    /// <summary>A jump that no loss explains: at 8 KB a batch these are 8 GB. The number itself is damaged.</summary>
    private const int AbsurdJump = 1_000_000;

    private readonly Queue<Batch> _ready = new();
    private readonly List<Batch> _early = [];   // by number; a number before the first of them is missing
    private int _next = -1;                     // the number that is due, -1 while the first batch has not come

    private byte[] _bytes = [];                 // of the batch that the cursor is in; empty for none
    private BatchCursor _cursor;                // at the record that comes next, if there is one
    private bool _isOld;

    /// <summary>The P, or <see cref="EventTable.NoP"/>.</summary>
    public int Stream { get; } = stream;

    /// <summary>Where it stands among records of the same time: without a P first, then Ps by number.</summary>
    public int Rank => Stream;

    /// <summary>Batches that are known to be missing.</summary>
    public long Lost { get; private set; }

    /// <summary>The time of the record that comes next, in ticks. Only if <see cref="HasNext"/>.</summary>
    public long NextTime { get; private set; }

    /// <summary>True if a record is ready.</summary>
    public bool HasNext { get; private set; }

    /// <summary>True if records are lost between the last record that was taken and the next.</summary>
    public bool NextFollowsLoss { get; private set; }

    /// <summary>The session that the records at the cursor were written for.</summary>
    public int Generation { get; private set; }

    /// <summary>The time of the last record that was taken, in ticks.</summary>
    public long LastTime { get; private set; }

    /// <summary>Says that the stream's first number is known to be 0, so that a loss at its start shows.</summary>
    public void StartsAtZero()
    {
        if (_next < 0)
            _next = 0;
    }

    /// <summary>Takes a batch in.</summary>
    /// <returns>False if its number makes no sense; then the caller keeps the bytes.</returns>
    public bool Arrive(in Batch batch)
    {
        int due = Math.Max(_next, 0);
        if (batch.Sequence < due || (_next >= 0 && batch.Sequence - due > AbsurdJump))
            return false;
        if (batch.Sequence == _next)
        {
            _ready.Enqueue(batch);
            _next++;
            TakeEarly();
            return true;
        }
        int at = _early.Count;
        while (at > 0 && _early[at - 1].Sequence > batch.Sequence)
            at--;
        if (at > 0 && _early[at - 1].Sequence == batch.Sequence)
            return false;
        _early.Insert(at, batch);
        return true;
    }

    /// <summary>The file holds everything that was written up to <paramref name="time"/>: what is missing before that is lost.</summary>
    public void Settle(long time)
    {
        while (_early.Count > 0 && _early[0].WrittenAt <= time)
        {
            var batch = _early[0];
            int missing = _next < 0 ? 0 : batch.Sequence - _next;
            Lost += missing;
            _early[0] = batch with { FollowsLoss = missing > 0 };
            _next = batch.Sequence;
            TakeEarly();
        }
    }

    private void TakeEarly()
    {
        int taken = 0;
        while (taken < _early.Count && _early[taken].Sequence == _next)
        {
            _ready.Enqueue(_early[taken++]);
            _next++;
        }
        _early.RemoveRange(0, taken);
    }

    /// <summary>The batches that are ready and not begun, oldest first.</summary>
    public Queue<Batch> Ready => _ready;

    /// <summary>The record that comes next. Only if <see cref="HasNext"/>, and valid until the cursor moves.</summary>
    public ref readonly BatchCursor Next => ref _cursor;

    /// <summary>Goes to the first record of the next batch, if none is at hand. Call it before <see cref="HasNext"/> is asked, whenever batches may have become ready.</summary>
    /// <param name="filter">Says which records are read at all.</param>
    public void Prime(RecordFilter filter)
    {
        while (!HasNext && NextBatch(filter))
            Move(filter);
    }

    /// <summary>The next record was taken: goes to the one after it.</summary>
    public void Take(RecordFilter filter)
    {
        LastTime = NextTime;
        NextFollowsLoss = false;
        Move(filter);
        if (!HasNext)
            Prime(filter);
    }

    // To the next record of the batch that is to be read; none is left if HasNext is false afterwards.
    private void Move(RecordFilter filter)
    {
        HasNext = false;
        while (_cursor.MoveNext(filter.Schema))
        {
            long time = _cursor.Time;
            if (_isOld && filter.IsBefore(time))
            {
                filter.SkippedOld();
                continue;
            }
            if (!filter.IsSane(time))
            {
                BreakOff(filter);
                return;
            }
            NextTime = time;
            HasNext = true;
            return;
        }
        if (_cursor.IsCorrupt)
            BreakOff(filter);
        else
            Return();
    }

    // The rest of the batch is no records: what its P did is as unknown as if the batch had been lost.
    private void BreakOff(RecordFilter filter)
    {
        filter.Corrupt();
        NextFollowsLoss = true;
        Return();
    }

    private bool NextBatch(RecordFilter filter)
    {
        if (!_ready.TryDequeue(out var batch))
            return false;
        _bytes = batch.Bytes;
        _cursor = new BatchCursor(batch.Bytes, batch.Length, batch.BaseTime);
        NextFollowsLoss |= batch.FollowsLoss;
        Generation = batch.Generation;
        _isOld = filter.IsOld(batch.Generation);
        return true;
    }

    private void Return()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _cursor = default;
    }
}
