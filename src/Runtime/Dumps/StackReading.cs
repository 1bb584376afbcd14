using System.Runtime.InteropServices;

namespace Gmp;

/// <summary>A frame as it was read: which call it served, and at which await that stood; no point if the frame is no method's.</summary>
internal readonly record struct FrameSeen(GoFrame Frame, int Version, AwaitPoint? Point);

/// <summary>
/// Reads the stacks of goroutines one after the other. Of a million goroutines most have one of a few stacks, so each is kept once. One thread's.
/// </summary>
internal sealed class StackReading
{
    private readonly List<FrameSeen> _frames = [];
    private readonly List<AwaitPoint> _points = [];
    private readonly Dictionary<int, List<AwaitPoint[]>> _known = [];
    private Delegate? _function;

    /// <summary>The frames that were read last.</summary>
    internal ReadOnlySpan<FrameSeen> Frames => CollectionsMarshal.AsSpan(_frames);

    /// <summary>Reads the frames of a goroutine from the innermost on.</summary>
    /// <param name="g">A goroutine that may be another one while this goes on: the caller verifies.</param>
    /// <param name="isCut">Whether there are more than <see cref="GoroutineView.MostFrames"/>.</param>
    /// <returns>The innermost frame, or null if it has not begun.</returns>
    internal GoFrame? Read(G g, out bool isCut)
    {
        _frames.Clear();
        isCut = false;
        object? work = Volatile.Read(ref g.Work);
        var leaf = work as GoFrame;
        // One that has not begun stands before its function.
        _function = work as Delegate ?? (work as GoBody)?.Function;
        for (var frame = leaf; frame is not null; frame = Volatile.Read(ref frame.Awaiter))
        {
            if (_frames.Count == GoroutineView.MostFrames)
            {
                isCut = true;
                break;
            }
            int version = Volatile.Read(ref frame.Version);
            _frames.Add(new FrameSeen(frame, version, PointOf(frame)));
        }
        return leaf;
    }

    /// <summary>The stack of the goroutine that was read last.</summary>
    internal AwaitPoint[] Points()
    {
        _points.Clear();
        var hash = new HashCode();
        foreach (ref readonly var frame in Frames)
        {
            if (frame.Point is { } point)
                _points.Add(point);
        }
        if (_function is not null)
            _points.Add(AwaitPoint.Of(_function));
        foreach (var point in _points)
            hash.Add(point);
        var points = CollectionsMarshal.AsSpan(_points);
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, hash.ToHashCode(), out _);
        known ??= [];
        foreach (var stack in known)
        {
            if (points.SequenceEqual(stack))
                return stack;
        }
        AwaitPoint[] added = [.. points];
        known.Add(added);
        return added;
    }

    private static AwaitPoint? PointOf(GoFrame frame)
    {
        if (frame.StateMachineSeen is not { } machine)
            return null;
        var method = AwaitMethod.Of(machine.GetType());
        return method.CalleeOf(machine) is { } callee ? AwaitPoint.Of(callee) : new AwaitPoint(method, method.StateOf(machine));
    }
}
