using Gmp.Analysis.Model.Accounts;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>The waits of some sites for one reason.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Account">The waits.</param>
internal sealed record BlockedFor(WaitReason Reason, BlockAccount Account)
{
    /// <summary>All reasons that there are.</summary>
    public static IReadOnlyList<WaitReason> Reasons { get; } = [.. Enum.GetValues<WaitReason>().Where(r => r != WaitReason.None)];

    /// <summary>Those that occur, by time.</summary>
    public static IReadOnlyList<BlockedFor> All(IReadOnlyList<SiteAccount> sites)
    {
        var all = new List<BlockedFor>();
        foreach (var reason in Reasons)
        {
            var sum = default(BlockAccount);
            foreach (var site in sites)
            {
                var own = site.Blocked(reason);
                sum.Count += own.Count;
                sum.WaitNs += own.WaitNs;
                sum.Open += own.Open;
                sum.LongestNs = Math.Max(sum.LongestNs, own.LongestNs);
            }
            if (sum.Count > 0)
                all.Add(new BlockedFor(reason, sum));
        }
        return [.. all.OrderByDescending(r => r.Account.WaitNs)];
    }
}
