using CsCheck;

using Mnist.Distributed.Training.Native;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Native;

public sealed class ElfVersionNeedsTests
{
    private const string Version = "GLIBCXX_3.4.32";
    private const byte Weak = 2;

    private static readonly ElfImage Image = new(
        ("libc.so.6", ["GLIBC_2.2.5"]),
        ("libstdc++.so.6", ["GLIBCXX_3.4", Version, "GLIBCXX_3.4.3", "CXXABI_1.3"]),
        ("libm.so.6", ["GLIBC_2.29", "GLIBC_2.2.5"]));

    [Fact]
    public void Demand_for_the_version_becomes_weak_and_nothing_else_changes()
    {
        byte[] image = Image.ToArray();
        byte[] expected = Image.ToArray();
        expected[Image.FlagsOf("libstdc++.so.6", Version)] = Weak;

        Assert.Equal(1, ElfVersionNeeds.MakeWeak(image, Version));
        Assert.Equal(expected, image);

        Assert.Equal(1, ElfVersionNeeds.MakeWeak(image, Version));
        Assert.Equal(expected, image);
    }

    [Fact]
    public void Demands_of_all_libraries_become_weak()
    {
        byte[] image = Image.ToArray();

        Assert.Equal(2, ElfVersionNeeds.MakeWeak(image, "GLIBC_2.2.5"));

        Assert.Equal(Weak, image[Image.FlagsOf("libc.so.6", "GLIBC_2.2.5")]);
        Assert.Equal(Weak, image[Image.FlagsOf("libm.so.6", "GLIBC_2.2.5")]);
    }

    [Fact]
    public void Image_without_the_demand_stays_as_it_is()
    {
        byte[] image = Image.ToArray();

        Assert.Equal(0, ElfVersionNeeds.MakeWeak(image, "GLIBCXX_3.4.33"));
        Assert.Equal(Image.ToArray(), image);
    }

    [Fact]
    public void Bridge_of_the_package_has_one_such_demand()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The bridge is an ELF file on Linux only.");
        byte[] original = File.ReadAllBytes(FindBridge());
        byte[] image = [.. original];

        Assert.Equal(1, ElfVersionNeeds.MakeWeak(image, Version));

        int changed = Assert.Single(Enumerable.Range(0, image.Length), i => image[i] != original[i]);
        Assert.Equal((0, Weak), (original[changed], image[changed]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    public void Other_kinds_of_files_are_refused(int position, byte value)
    {
        byte[] image = Image.ToArray();
        image[position] = value;

        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MakeWeak(image, Version));
    }

    [Fact]
    public void Every_start_of_an_image_is_refused()
    {
        byte[] image = Image.ToArray();

        Assert.All(Enumerable.Range(0, image.Length), length =>
            Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MakeWeak(image.AsSpan(0, length), Version)));
    }

    [Fact]
    public void Damaged_images_are_read_or_refused() =>
        Gen.Select(Gen.Int[6, Image.ToArray().Length - 1], Gen.Byte).Array[1, 5].Sample(changes =>
        {
            byte[] image = Image.ToArray();
            foreach ((int position, byte value) in changes)
            {
                image[position] = value;
            }

            try
            {
                ElfVersionNeeds.MakeWeak(image, Version);
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }, iter: 2_000);

    private static string FindBridge() => $"{AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")}"
        .Split(Path.PathSeparator)
        .Append(AppContext.BaseDirectory)
        .Select(folder => Path.Combine(folder, "libLibTorchSharp.so"))
        .First(File.Exists);
}
