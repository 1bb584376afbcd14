namespace Gmp.Tests.Harness;

/// <summary>
/// What a person or a program sees, kept as files in Golden/. A test that fails leaves what it got beside them as *.received.*: look at it,
/// and rename it if it is right.
/// </summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        string path = Repository.TestFile("Golden", name);
        string expected = File.Exists(path) ? File.ReadAllText(path) : "";
        string received = Path.ChangeExtension(path, ".received" + Path.GetExtension(path));
        if (expected == actual)
        {
            File.Delete(received);
            return;
        }
        File.WriteAllText(received, actual);
        Assert.Fail($"{name} is not what it was; what came is in {Path.GetFileName(received)}:\n{actual}");
    }
}
