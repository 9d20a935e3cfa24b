/// <summary>
/// A startup hook: tests start programs with this assembly, and the runtime calls the hook there.
/// The runtime finds the class by its name, so it has no namespace. The hook writes a list of the
/// assemblies that the program has loaded by its end.
/// </summary>
internal static class StartupHook
{
    /// <summary>The environment variable with the file to write to.</summary>
    public const string ListVariable = "MNIST_TEST_ASSEMBLY_LIST";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ListVariable) is { } list)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
                File.WriteAllLines(list, AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name ?? ""));
        }
    }
}
