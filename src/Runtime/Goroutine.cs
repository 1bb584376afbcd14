using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// What a goroutine does to itself and to others: start one, give way, sleep, block. Meant for <c>using static Gmp.Goroutine;</c>.
/// </summary>
/// <remarks>
/// All of it is for goroutines: called elsewhere it throws <see cref="InvalidOperationException"/>, except where a method says otherwise.
/// </remarks>
public static partial class Goroutine
{
    /// <summary>The calling goroutine, or null if the caller is none.</summary>
    public static CurrentGoroutine? Current =>
        M.Current?.CurrentG is { } g ? new CurrentGoroutine(g.Id, g.Name, g.Site.ToString(), g.Labels ?? GoLabels.Empty) : null;

    /// <summary>
    /// Starts a goroutine: <c>Go(async () => { ... })</c>. It runs next on this P, or earlier on an idle one (Go: the go statement, newproc).
    /// </summary>
    /// <param name="body">What it does.</param>
    /// <param name="name">Its name in dumps and traces.</param>
    /// <param name="labels">Labels beside those that it has from the caller: <c>[("tenant", "acme")]</c>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    [OverloadResolutionPriority(1)]
    public static void Go(
        Func<GoTask> body, string? name = null, GoLabels? labels = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        Start(body, name, labels, file, line, member);
    }

    /// <summary>Starts a goroutine whose body returns a Task; it waits for the Task as for anything foreign.</summary>
    /// <inheritdoc cref="Go(Func{GoTask}, string?, GoLabels?, string, int, string)"/>
    public static void Go(
        Func<Task> body, string? name = null, GoLabels? labels = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        Start(new GoBody.OfTask(body), name, labels, file, line, member);
    }

    /// <summary>Starts a goroutine whose body returns a ValueTask.</summary>
    /// <inheritdoc cref="Go(Func{GoTask}, string?, GoLabels?, string, int, string)"/>
    public static void Go(
        Func<ValueTask> body, string? name = null, GoLabels? labels = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        Start(new GoBody.OfValueTask(body), name, labels, file, line, member);
    }

    /// <summary>Starts a goroutine that never waits.</summary>
    /// <inheritdoc cref="Go(Func{GoTask}, string?, GoLabels?, string, int, string)"/>
    public static void Go(
        Action body, string? name = null, GoLabels? labels = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        Start(new GoBody.OfAction(body), name, labels, file, line, member);
    }

    /// <summary>Starts a goroutine with an argument: a static body saves the closure.</summary>
    /// <typeparam name="TState">The argument's type.</typeparam>
    /// <param name="state">The argument.</param>
    /// <param name="body">What it does.</param>
    /// <param name="name">Its name in dumps and traces.</param>
    /// <param name="labels">Labels beside those that it has from the caller: <c>[("tenant", "acme")]</c>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void Go<TState>(
        TState state, Func<TState, GoTask> body, string? name = null, GoLabels? labels = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        Start(new GoBody.Of<TState>(state, body), name, labels, file, line, member);
    }

    /// <summary>
    /// Gives way: whoever is runnable on this P runs before the caller does again. <c>await Yield();</c> in a long loop is what keeps it from
    /// being a hog.
    /// </summary>
    public static YieldAwaitable Yield() => default;

    /// <summary>
    /// Gives way to everybody: goes to the end of the global queue, where Go's <c>runtime.Gosched</c> puts its caller. It takes the scheduler's lock,
    /// and so costs more than <see cref="Yield"/>, which is enough to let the others on the same P run.
    /// </summary>
    public static YieldAwaitable Gosched() => new(toAll: true);

    /// <summary>Waits for at least <paramref name="duration"/> without holding a P or a thread; zero and less return at once.</summary>
    public static SleepAwaitable Sleep(TimeSpan duration) =>
        new(duration <= TimeSpan.Zero ? 0 : Clock.Now + Clock.FromTimeSpan(duration));

    /// <summary>Waits as <see cref="Sleep(TimeSpan)"/>, until a token ends the wait.</summary>
    /// <param name="duration">How long; zero and less return at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was canceled before the time was over. Thrown by the await.</exception>
    public static CancelableSleepAwaitable Sleep(TimeSpan duration, CancellationToken cancellationToken) =>
        new(duration <= TimeSpan.Zero ? 0 : RuntimeTimer.After(duration), cancellationToken);

    /// <summary>
    /// A channel on which the time is sent once, after <paramref name="duration"/> (Go: time.After): for the timeout of a select. What is not waited
    /// for any more costs nothing but its memory, which is garbage.
    /// </summary>
    public static Chan<DateTimeOffset> After(TimeSpan duration) => new GoTimer(duration).C;

    /// <summary>The channel of a ticker that is never stopped (Go: time.Tick). It is garbage when nobody refers to it.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not positive; Go gives nil.</exception>
    public static Chan<DateTimeOffset> Tick(TimeSpan period) => GoTicker.New(period).Chan;

    /// <summary>
    /// A token that is canceled after <paramref name="timeout"/>, or with <paramref name="parent"/> (Go: context.WithTimeout). Every wait takes such a
    /// token; .NET's CancelAfter and linked sources do as well, this one runs on the timers of goroutines.
    /// <code>using var deadline = WithTimeout(TimeSpan.FromSeconds(1), parent);
    /// await Sleep(duration, deadline.Token);</code>
    /// </summary>
    /// <param name="timeout">From now on; zero and less mean at once, as in Go, <see cref="Timeout.InfiniteTimeSpan"/> too.</param>
    /// <param name="parent">Cancels it earlier.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Dispose it when the work is done: that stops the timer (Go: defer cancel()).</returns>
    public static CancellationTokenSource WithTimeout(
        TimeSpan timeout, CancellationToken parent = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        new TimeoutSource(M.OfGoroutine().Scheduler, timeout, CreationSite.Of(file, line, member), parent);

    /// <summary>
    /// Runs a call that may block the thread, on this thread. If it takes longer than sysmon's next look and others wait, its P goes to another
    /// thread. Await the result: that is where the goroutine queues for a P if it lost its own. Outside goroutines it just runs the call.
    /// </summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="call">The call.</param>
    /// <returns>Await it for the result.</returns>
    public static SyscallAwaitable<T> Syscall<T>(Func<T> call) => SyscallAwaitable<T>.Run(call, handOff: false);

    /// <inheritdoc cref="Syscall{T}(Func{T})"/>
    public static SyscallAwaitable<bool> Syscall(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return SyscallAwaitable<bool>.Run(() => { call(); return true; }, handOff: false);
    }

    /// <summary>
    /// Runs a call that is known to block the thread: its P goes to another thread before it begins. See <see cref="Syscall{T}(Func{T})"/>.
    /// </summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="call">The call.</param>
    /// <returns>Await it for the result.</returns>
    public static SyscallAwaitable<T> Blocking<T>(Func<T> call) => SyscallAwaitable<T>.Run(call, handOff: true);

    /// <inheritdoc cref="Blocking{T}(Func{T})"/>
    public static SyscallAwaitable<bool> Blocking(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return SyscallAwaitable<bool>.Run(() => { call(); return true; }, handOff: true);
    }

    /// <summary>
    /// Locks the calling goroutine to the thread that it is on: until it unlocks as often, it runs on no other thread and nobody else runs
    /// on that one. What is the thread's own (its id, thread statics, what native code keeps there) then stays the same over every await. A goroutine
    /// that ends locked ends its thread. A switch to or from a locked goroutine costs two switches of threads (Go: runtime.LockOSThread).
    /// </summary>
    public static void LockOSThread() => M.OfGoroutine().LockThread();

    /// <summary>Takes one <see cref="LockOSThread"/> back; without one it does nothing (Go: runtime.UnlockOSThread).</summary>
    public static void UnlockOSThread() => M.OfGoroutine().UnlockThread();

    private static void Start(object body, string? name, GoLabels? labels, string file, int line, string member)
    {
        var m = M.OfGoroutine();
        m.Scheduler.StartGoroutine(body, name, CreationSite.Of(file, line, member), m.CurrentG, labels);
    }
}

/// <summary>A goroutine as it sees itself.</summary>
/// <param name="Id">Its id, unique in its scheduler.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="CreatedAt"><c>file:line</c> of its <c>Go</c> call.</param>
/// <param name="Labels">Its labels; see <see cref="Goroutine.SetLabels(GoLabels)"/>.</param>
public readonly record struct CurrentGoroutine(long Id, string? Name, string CreatedAt, GoLabels Labels);
