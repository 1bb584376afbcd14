using Microsoft.CodeAnalysis;

namespace Gmp.Analyzers;

/// <summary>Which of the framework's methods block the thread that calls them.</summary>
/// <remarks>
/// Not here, on purpose: <c>lock</c> and Monitor.Enter, which are meant to be held for a moment; what only touches metadata of files
/// (File.Exists, File.Delete); Stream and TextReader as such, since one over memory blocks nobody.
/// </remarks>
internal sealed class BlockingCalls
{
    private const string Wait = "Wait";

    private static readonly (string Type, string[] Methods)[] s_table =
    [
        ("System.Threading.Thread", ["Sleep", "Join"]),
        ("System.Threading.Tasks.Task", [Wait, "WaitAll", "WaitAny"]),
        ("System.Runtime.CompilerServices.TaskAwaiter", ["GetResult"]),
        ("System.Runtime.CompilerServices.TaskAwaiter`1", ["GetResult"]),
        ("System.Runtime.CompilerServices.ValueTaskAwaiter", ["GetResult"]),
        ("System.Runtime.CompilerServices.ValueTaskAwaiter`1", ["GetResult"]),
        ("System.Runtime.CompilerServices.ConfiguredTaskAwaitable+ConfiguredTaskAwaiter", ["GetResult"]),
        ("System.Runtime.CompilerServices.ConfiguredTaskAwaitable`1+ConfiguredTaskAwaiter", ["GetResult"]),
        ("System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable+ConfiguredValueTaskAwaiter", ["GetResult"]),
        ("System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable`1+ConfiguredValueTaskAwaiter", ["GetResult"]),
        ("System.Threading.Tasks.Parallel", ["For", "ForEach", "Invoke"]),
        ("System.Threading.WaitHandle", ["WaitOne", "WaitAll", "WaitAny", "SignalAndWait"]),
        ("System.Threading.ManualResetEventSlim", [Wait]),
        ("System.Threading.SemaphoreSlim", [Wait]),
        ("System.Threading.CountdownEvent", [Wait]),
        ("System.Threading.Barrier", ["SignalAndWait"]),
        ("System.Threading.Monitor", [Wait]),
        ("System.Threading.SpinWait", ["SpinUntil"]),
        ("System.Collections.Concurrent.BlockingCollection`1", ["Take", "TakeFromAny", "GetConsumingEnumerable"]),
        ("System.Console", ["Read", "ReadLine", "ReadKey"]),
        ("System.IO.File",
        [
            "ReadAllBytes", "ReadAllLines", "ReadAllText", "ReadLines", "WriteAllBytes", "WriteAllLines", "WriteAllText",
            "AppendAllBytes", "AppendAllLines", "AppendAllText", "Copy", "Move", "Replace",
        ]),
        ("System.IO.RandomAccess", ["Read", "Write", "FlushToDisk"]),
        ("System.IO.Pipes.NamedPipeServerStream", ["WaitForConnection"]),
        ("System.IO.Pipes.NamedPipeClientStream", ["Connect"]),
        ("System.Net.Sockets.Socket", ["Accept", "Connect", "Disconnect", "Poll", "Receive", "ReceiveFrom", "Send", "SendFile", "SendTo", "Select"]),
        ("System.Net.Sockets.TcpClient", ["Connect"]),
        ("System.Net.Sockets.TcpListener", ["AcceptSocket", "AcceptTcpClient"]),
        ("System.Net.Sockets.UdpClient", ["Receive", "Send"]),
        ("System.Net.Dns", ["GetHostAddresses", "GetHostEntry"]),
        ("System.Net.Http.HttpMessageInvoker", ["Send"]),
        ("System.Net.Http.HttpClient", ["Send"]),
        ("System.Diagnostics.Process", ["WaitForExit", "WaitForInputIdle"]),
        ("System.Data.Common.DbConnection", ["Open"]),
        ("System.Data.Common.DbCommand", ["ExecuteNonQuery", "ExecuteReader", "ExecuteScalar"]),
    ];

    private static readonly string[] s_streams =
    [
        "System.IO.FileStream", "System.Net.Sockets.NetworkStream", "System.IO.Pipes.PipeStream", "System.Net.Security.AuthenticatedStream",
    ];

    private static readonly HashSet<string> s_streamMethods =
        ["Read", "ReadByte", "ReadExactly", "ReadAtLeast", "Write", "WriteByte", "CopyTo", "Flush"];

    private readonly Dictionary<ISymbol, HashSet<string>> _methods = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _streams = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _tasks = new(SymbolEqualityComparer.Default);

    internal BlockingCalls(Compilation compilation)
    {
        foreach (var (type, methods) in s_table)
        {
            if (compilation.GetTypeByMetadataName(type) is { } symbol)
                _methods[symbol] = [.. methods];
        }
        foreach (string stream in s_streams)
        {
            if (compilation.GetTypeByMetadataName(stream) is { } symbol)
                _streams.Add(symbol);
        }
        foreach (string task in new[] { "System.Threading.Tasks.Task`1", "System.Threading.Tasks.ValueTask`1" })
        {
            if (compilation.GetTypeByMetadataName(task) is { } symbol)
                _tasks.Add(symbol);
        }
    }

    /// <summary>Whether the method blocks, called on a value of <paramref name="receiver"/>'s type; null for a static one.</summary>
    internal bool Contains(IMethodSymbol method, ITypeSymbol? receiver)
    {
        // An override blocks as what it overrides does.
        for (IMethodSymbol? at = method; at is not null; at = at.OverriddenMethod)
        {
            if (_methods.TryGetValue(at.ContainingType.OriginalDefinition, out var names) && names.Contains(method.Name))
                return true;
        }
        if (!s_streamMethods.Contains(method.Name))
            return false;
        for (var type = receiver; type is not null; type = type.BaseType)
        {
            if (_streams.Contains(type.OriginalDefinition))
                return true;
        }
        return false;
    }

    /// <summary>Task.Result and ValueTask.Result.</summary>
    internal bool IsTaskResult(IPropertySymbol property) =>
        property.Name == "Result" && _tasks.Contains(property.ContainingType.OriginalDefinition);
}
