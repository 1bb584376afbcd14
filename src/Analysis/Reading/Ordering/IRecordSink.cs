using Gmp.Tracing;

namespace Gmp.Analysis.Reading.Ordering;

/// <summary>Takes the records of a scheduler in the order of time.</summary>
internal interface IRecordSink
{
    /// <summary>A record.</summary>
    /// <param name="stream">The P it belongs to, or <see cref="EventTable.NoP"/>.</param>
    /// <param name="generation">The session that it was written for.</param>
    /// <param name="ticks">Its time; never less than that of the record before.</param>
    /// <param name="fields">Its kind and fields; valid only during the call.</param>
    void Record(int stream, int generation, long ticks, in BatchCursor fields);

    /// <summary>A record with this first number, for most kinds a goroutine, will come after some of other streams: time to fetch what it will touch.</summary>
    void Expect(long first)
    {
    }

    /// <summary>What follows lies behind the last flush mark: other streams may lack theirs of the same time.</summary>
    void BeginTail()
    {
    }

    /// <summary>Records of this stream are lost from here on, up to the stream's next record.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="lastTicks">The time of the last record before the loss.</param>
    void Loss(int stream, long lastTicks);
}
