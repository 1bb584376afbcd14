namespace Gmp;

/// <summary>Stands in for the runtime's FlowOfContext, which reads a field of a real thread: here the public way does.</summary>
internal readonly struct FlowOfContext
{
    internal FlowOfContext(Thread? thread) => _ = thread;

    internal static ExecutionContext? Capture() => ExecutionContext.Capture();

#pragma warning disable CA1822 // as the one it stands for
    internal void Restore(G g) => Switch(g.Context);

    internal void Switch(ExecutionContext? context)
    {
        if (context is not null)
            ExecutionContext.Restore(context);
    }

    internal void Save(G g) => g.Context = Capture();
#pragma warning restore CA1822
}
