namespace Gmp.Analysis.Questions.Causes;

/// <summary>A lock that everybody wants: it is what goroutines block on, and Ps are idle since only its holder can go on.</summary>
internal sealed class ConvoyCause : CauseRule
{
    /// <inheritdoc/>
    public override Cause? Find(CauseContext context)
    {
        if (context.Bad("GMP104") is not { } convoy)
            return null;
        var effects = context.Notable("GMP101", "GMP203", "GMP305").ToList();
        if (effects.Count == 0)
            return null;
        // The same site waits for the lock and blocks most: the same thing seen twice. That Ps are idle meanwhile may have other reasons too.
        bool isSame = effects.Exists(e => e.Id == "GMP101" && e.Source is not null && e.Source == convoy.Source);
        return new Cause("GMP104",
            context.Phrases.Say($"Goroutines created at {Wording.Place(convoy.Source)} queue for one lock, which lets one through at a time: that is what they block on, however many Ps there are."),
            Sureness(convoy, isSame ? 1 : MostPart), Try(convoy), convoy.LookCloser, [.. effects.Select(e => e.Id)]);
    }
}
