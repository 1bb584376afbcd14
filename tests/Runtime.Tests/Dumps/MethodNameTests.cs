namespace Gmp.Tests;

/// <summary>What the compiler makes of names, and back.</summary>
public class MethodNameTests
{
    [Theory]
    [InlineData("Shop.Till+<Pay>d__3", "MoveNext", "Shop.Till.Pay")]
    [InlineData("Program+<<Main>$>d__0", "MoveNext", "Program.Main")]
    [InlineData("Program+<>c+<<<Main>$>b__0_6>d", "MoveNext", "Program.Main.lambda")]
    [InlineData("Till+<>c__DisplayClass3_0+<<Pay>b__0>d", "MoveNext", "Till.Pay.lambda")]
    [InlineData("Till+<<Pay>g__Retry|3_0>d", "MoveNext", "Till.Pay.Retry")]
    [InlineData("Till`1+Drawer`2+<Open>d__1`3", "MoveNext", "Till.Drawer.Open")]
    [InlineData("Till+<>c", "<Pay>b__0_1", "Till.Pay.lambda")]
    [InlineData("Till", "<Pay>g__Sync|0_0", "Till.Pay.Sync")]
    [InlineData("Shop.Till", ".ctor", "Shop.Till.ctor")]
    [InlineData("Shop.Till", "MoveNext", "Shop.Till.MoveNext")]
    [InlineData("", "Native", "Native")]
    [InlineData("Odd+<half", "<broken", "Odd.<broken")]
    public void A_method_is_called_as_in_its_source(string type, string method, string name) => Assert.Equal(name, MethodNames.Of(type, method));

    [Theory]
    [InlineData("<Main>$", "Main")]
    [InlineData(".ctor", "ctor")]
    [InlineData("Start", "Start")]
    public void So_is_a_caller(string member, string name) => Assert.Equal(name, MethodNames.OfMember(member));
}
