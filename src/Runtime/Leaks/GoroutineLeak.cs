namespace Gmp;

/// <summary>
/// Finds goroutines that a test leaves behind: those that wait for what will never come are no error to anyone, they only stay. Works in any test
/// framework, as it throws.
/// <code>[Fact]
/// public void Nobody_stays() => GoroutineLeak.Run(async () => { ... });</code>
/// </summary>
/// <remarks>
/// When the main goroutine ends the others end with it, as in Go, so the check comes before: <see cref="Run"/> makes it when
/// <c>main</c> has ended, <see cref="Verify"/> where a goroutine calls it. A goroutine that is about to end is no leak, so the check is repeated, with pauses that
/// grow to 100 ms, until nobody unexpected is left or the time is up (<see cref="Within"/>).
/// </remarks>
public static class GoroutineLeak
{
    private static readonly TimeSpan s_defaultLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>So many times others are merely let run before the first pause.</summary>
    private const int Yields = 20;

    /// <summary>
    /// Waits until only expected goroutines of the caller's scheduler are left: the caller, the main goroutine, and those that an option names.
    /// </summary>
    /// <param name="options">Who is expected beside them, and how long to wait.</param>
    /// <exception cref="GoroutineLeakException">Others were left when the time was up. Thrown by the await.</exception>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    public static GoTask Verify(params GoroutineLeakOption[] options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var m = M.OfGoroutine();
        return Check(m.Scheduler, m.CurrentG!.Id, options);
    }

    /// <summary>Runs <see cref="Scheduler.Run"/>, and when <paramref name="main"/> has ended well verifies that it left nobody behind.</summary>
    /// <param name="main">The main goroutine.</param>
    /// <param name="options">How the scheduler is set up.</param>
    /// <param name="allow">See <see cref="Verify"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="GoroutineLeakException">Others were left when the time was up.</exception>
    /// <exception cref="Exception">What <paramref name="main"/> threw; nobody is looked for then.</exception>
    public static void Run(
        Func<GoTask> main, SchedulerOptions? options = null, IEnumerable<GoroutineLeakOption>? allow = null,
        [System.Runtime.CompilerServices.CallerFilePath] string file = "",
        [System.Runtime.CompilerServices.CallerLineNumber] int line = 0,
        [System.Runtime.CompilerServices.CallerMemberName] string member = "") =>
        RunAsync(main, options, allow, file, line, member).GetAwaiter().GetResult();

    /// <summary>As <see cref="Run"/>; the task ends when the check does.</summary>
    /// <inheritdoc cref="Run"/>
    public static Task RunAsync(
        Func<GoTask> main, SchedulerOptions? options = null, IEnumerable<GoroutineLeakOption>? allow = null,
        [System.Runtime.CompilerServices.CallerFilePath] string file = "",
        [System.Runtime.CompilerServices.CallerLineNumber] int line = 0,
        [System.Runtime.CompilerServices.CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(main);
        GoroutineLeakOption[] expected = [.. allow ?? []];
        return Scheduler.RunAsync(
            async () =>
            {
                await main();
                await Verify(expected);
            },
            options, file, line, member);
    }

    /// <summary>Expects those that there are now, in the caller's scheduler: what a test finds when it begins is not its own.</summary>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    public static GoroutineLeakOption IgnoreCurrent()
    {
        var ids = Census.Take(M.OfGoroutine().Scheduler).Select(v => v.Id).ToHashSet();
        return new GoroutineLeakOption(view => ids.Contains(view.Id));
    }

    /// <summary>Expects those with this name; a * at its end stands for anything.</summary>
    /// <param name="name">As it was given to <c>Go</c>.</param>
    public static GoroutineLeakOption IgnoreName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new GoroutineLeakOption(name.EndsWith('*')
            ? view => view.Name is { } its && its.AsSpan().StartsWith(name.AsSpan(0, name.Length - 1), StringComparison.Ordinal)
            : view => view.Name == name);
    }

    /// <summary>Expects those that were started at a place, or whose creators were.</summary>
    /// <param name="file">The end of the path of the source file, from a separator on: <c>Cache.cs</c>.</param>
    /// <param name="line">The line of the <c>Go</c> call; 0 for all in the file.</param>
    public static GoroutineLeakOption IgnoreSite(string file, int line = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return IgnoreOrigin(site => (line == 0 || site.Line == line) && EndsWith(site.File.Replace('\\', '/'), file.Replace('\\', '/'), '/'));
    }

    /// <summary>Expects those that were started in a member, or whose creators were.</summary>
    /// <param name="member">The name of the method or property with the <c>Go</c> call.</param>
    public static GoroutineLeakOption IgnoreCreatedIn(string member)
    {
        ArgumentException.ThrowIfNullOrEmpty(member);
        return IgnoreOrigin(site => site.Member == member);
    }

    /// <summary>Expects those that have a method in their stack: <c>Method</c>, <c>Type.Method</c> or more of its name.</summary>
    /// <param name="method">As dumps write it.</param>
    public static GoroutineLeakOption IgnoreFunction(string method)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        return new GoroutineLeakOption(view => view.Stack.Any(point => EndsWith(point.Method, method, '.')));
    }

    /// <summary>How long those that are not expected have to end; 2 s without this option.</summary>
    /// <param name="limit">Zero for one look.</param>
    public static GoroutineLeakOption Within(TimeSpan limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero);
        return new GoroutineLeakOption(limit);
    }

    private static GoroutineLeakOption IgnoreOrigin(Predicate<CreationSite> matches) => new(view =>
    {
        for (var origin = view.Origin; origin.Creator is not null; origin = origin.Creator)
        {
            if (matches(origin.Site))
                return true;
        }
        return false;
    });

    private static bool EndsWith(string text, string end, char separator) =>
        text.EndsWith(end, StringComparison.Ordinal) && (text.Length == end.Length || end[0] == separator || text[^(end.Length + 1)] == separator);

    private static async GoTask Check(Scheduler scheduler, long self, GoroutineLeakOption[] options)
    {
        var limit = options.LastOrDefault(o => o.Limit is not null)?.Limit ?? s_defaultLimit;
        long begin = Clock.Now;
        var pause = TimeSpan.FromMilliseconds(1);
        for (int looks = 1; ; looks++)
        {
            var left = Census.Take(scheduler);
            left.RemoveAll(view => view.Id == self || view.Id == scheduler.MainId || options.Any(o => o.Expects(view)));
            if (left.Count == 0)
                return;
            if (Clock.Now - begin >= Clock.FromTimeSpan(limit))
                throw Leaked(scheduler, left, limit);
            if (looks <= Yields)
            {
                await Goroutine.Yield();
                continue;
            }
            await Goroutine.Sleep(pause);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private static GoroutineLeakException Leaked(Scheduler scheduler, List<GoroutineView> left, TimeSpan limit)
    {
        using var dump = new StringWriter();
        new GoroutineDump(scheduler, dump, left).WriteGoroutines(GoroutineDumpForm.Auto);
        return new GoroutineLeakException([.. left.Select(v => v.Id)], limit, dump.ToString().TrimEnd('\n'));
    }
}
