namespace Mnist.Distributed.Training.Files;
/// <summary>placeholder</summary>
public static class PrivateFolder { /// <summary>placeholder</summary>
public static void Make(string path) => Directory.CreateDirectory(path); }
