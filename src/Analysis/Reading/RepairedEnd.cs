namespace Gmp.Analysis.Reading;

/// <summary>
/// What a recorder writes behind the end mark that it had to add itself: the stream broke off, so the recording may have gone on. Readers
/// stop at the end mark, so others never see it.
/// </summary>
public static class RepairedEnd
{
    /// <summary>The bytes behind the end mark.</summary>
    public static ReadOnlySpan<byte> Mark => "gmp-trace: repaired\n"u8;
}
