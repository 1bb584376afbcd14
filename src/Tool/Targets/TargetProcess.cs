namespace Gmp.Tool.Targets;

/// <summary>A process to record.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The program's name: for <c>dotnet App.dll</c> it is <c>App</c>. From the target, so escape it.</param>
/// <param name="CommandLine">How it was started, or empty where that cannot be read. From the target, so escape it.</param>
internal sealed record TargetProcess(int Id, string Name, string CommandLine);
