using System.Runtime.CompilerServices;
using Gmp.Analysis.Sampling;

namespace Gmp.Analysis.Tests.Sampling;

public class SourceNameTests
{
    [Theory]
    [InlineData("App.Hog", "Spin", "Hog.Spin")]
    [InlineData("Hog", "Spin", "Hog.Spin")]
    [InlineData("", "Spin", "Spin")]
    [InlineData("App.Outer+Inner", "Run", "Outer.Inner.Run")]
    [InlineData("App.List`1[System.__Canon]", "Add", "List.Add")]
    [InlineData("App.Outer`1+Inner`2[System.__Canon,App.A+B]", "Map", "Outer.Inner.Map")]
    [InlineData("App.Hog", ".ctor", "new Hog")]
    [InlineData("App.Hog", ".cctor", "static Hog")]
    [InlineData("App.Hog", "App.IHog.Spin", "Hog.Spin")]
    // Async methods and iterators.
    [InlineData("App.Program+<Hog>d__3", "MoveNext", "Program.Hog")]
    [InlineData("App.Program+<Map>d__3`1[System.__Canon]", "MoveNext", "Program.Map")]
    // Lambdas, with and without a closure, sync and async.
    [InlineData("App.Program+<>c", "<Main>b__0_1", "lambda in Program.Main")]
    [InlineData("App.Program+<>c__DisplayClass2_0", "<Main>b__0", "lambda in Program.Main")]
    [InlineData("App.Program+<>c+<<Main>b__0_1>d", "MoveNext", "lambda in Program.Main")]
    [InlineData("App.Program+<>c__DisplayClass2_0+<<<Main>b__0>b__1>d", "MoveNext", "lambda in Program.Main")]
    // Local functions.
    [InlineData("App.Program", "<Main>g__Loop|0_2", "Loop in Program.Main")]
    [InlineData("App.Program+<<Main>g__Loop|0_2>d", "MoveNext", "Loop in Program.Main")]
    [InlineData("App.Program+<>c", "<<Main>g__Loop|0_2>b__3", "lambda in Loop in Program.Main")]
    // Statements outside of any method, and a type of one file.
    [InlineData("Program", "<Main>$", "Program.Main")]
    [InlineData("Program+<>c", "<<Main>$>b__0_0", "lambda in Program.Main")]
    [InlineData("Program", "<<Main>$>g__Spin|0_1", "Spin in Program.Main")]
    [InlineData("App.<Hogs>F0123456789ABCDEF__Spinner", "Run", "Spinner.Run")]
    // A method that is called so and is no state machine's.
    [InlineData("App.Reader", "MoveNext", "Reader.MoveNext")]
    [InlineData("App.Odd", "<", "Odd.<")]
    public void Is_what_the_source_has(string type, string method, string expected) => Assert.Equal(expected, SourceName.Of(type, method));

    [Fact]
    public void Names_of_this_compiler_are_understood()
    {
        string lambda = Name(() => { });
        Assert.Equal("lambda in SourceNameTests.Names_of_this_compiler_are_understood", lambda);
        Assert.Equal("Local in SourceNameTests.Names_of_this_compiler_are_understood", Name(Local));
        Assert.Equal("SourceNameTests.Async", Of(typeof(SourceNameTests).GetNestedTypes(System.Reflection.BindingFlags.NonPublic)
            .Single(t => t.Name.StartsWith("<Async>", StringComparison.Ordinal)).GetMethod("MoveNext", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!));

        static void Local()
        {
        }
    }

    private static string Name(Action action) => Of(action.Method);

    private static string Of(System.Reflection.MethodInfo method) => SourceName.Of(method.DeclaringType!.FullName!, method.Name);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static async Task Async() => await Task.Yield();
}
