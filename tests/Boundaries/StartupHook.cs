/// <summary>
/// The runtime calls this in programs that tests start with this assembly as startup hook; it finds the class by its name, which
/// therefore has no namespace. It writes down what such a program has loaded by its end.
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
