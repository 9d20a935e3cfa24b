using Mnist.Distributed.Contracts;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

public sealed class DataSetLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private FakeWeb _web = FakeWeb.Offline();
    private DataSetCatalogue _catalogue = SmallDataSets.Catalogue;
    private string? _variable;

    public void Dispose()
    {
        _web.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Given_folder_is_taken()
    {
        string path = SmallDataSets.WriteTo(_folder, "given", SmallDataSets.Mnist);
        _variable = _folder["nowhere"];

        DataSet dataSet = await LoadAsync("mnist", path);

        Assert.Equal(path, dataSet.Origin);
    }

    [Theory]
    [InlineData("MNIST/raw", "")]
    [InlineData("MNIST/raw", "MNIST")]
    [InlineData("MNIST/raw", "MNIST/raw")]
    public async Task Folders_of_torchvision_are_taken(string place, string given)
    {
        string path = SmallDataSets.WriteTo(_folder, "data/" + place, SmallDataSets.Mnist);
        SmallDataSets.WriteTo(_folder, "data/FashionMNIST/raw", SmallDataSets.Fashion);
        string named = Path.Combine(_folder["data"], given);

        DataSet byOption = await LoadAsync("mnist", named);
        _variable = named;

        Assert.Equal((path, path), (byOption.Origin, (await LoadAsync("mnist")).Origin));
        Assert.Equal(DataSetStatus.Published, Loader().Locate()[0].Status);
    }

    [Fact]
    public async Task A_root_of_torchvision_has_other_data_sets_too()
    {
        _variable = _folder["data"];
        string path = SmallDataSets.WriteTo(_folder, "data/FashionMNIST/raw", SmallDataSets.Fashion);

        Assert.Equal(path, (await LoadAsync("fashion-mnist")).Origin);
        Assert.Equal(path, (await LoadAsync("fashion-mnist", _variable)).Origin);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_data_of_the_published_sizes_are_taken_from_a_folder_of_the_user_only(bool isOption)
    {
        string path = WriteOther("other");
        WriteOther("cache/mnist");
        Assert.Null((await FindAsync("mnist")).DataSet);
        Assert.Contains("checksum mismatch", Loader().Locate()[0].Problem);

        _variable = isOption ? null : path;
        DataSet dataSet = await LoadAsync("mnist", isOption ? path : null);
        DataSetLocation shown = Loader().Locate(isOption ? path : null)[0];

        Assert.Contains("not the published MNIST", dataSet.Origin);
        Assert.Equal((DataSetStatus.Custom, path, dataSet.Note), (shown.Status, shown.Folder, shown.Note));
        Assert.NotNull(shown.Note);
    }

    [Fact]
    public async Task Given_folder_must_hold_the_data_set_even_if_others_do()
    {
        SmallDataSets.WriteTo(_folder, "cache/mnist", SmallDataSets.Mnist);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => LoadAsync("mnist", _folder["nowhere"]));

        Assert.StartsWith($"DataFolder: The folder {_folder["nowhere"]} does not exist", error.Message);
    }

    [Fact]
    public async Task Variable_goes_before_the_cache()
    {
        SmallDataSets.WriteTo(_folder, "cache/mnist", SmallDataSets.Mnist);
        _variable = SmallDataSets.WriteTo(_folder, "variable", SmallDataSets.Mnist);

        Assert.Equal(_variable, (await LoadAsync("mnist")).Origin);
    }

    [Fact]
    public async Task Unusable_variable_is_named_even_for_callers_that_can_do_without()
    {
        SmallDataSets.WriteTo(_folder, "cache/mnist", SmallDataSets.Mnist);
        _variable = SmallDataSets.WriteTo(_folder, "variable", SmallDataSets.Fashion);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => FindAsync("mnist"));

        Assert.StartsWith("environment variable MNIST_DATA: ", error.Message);
        Assert.Contains("is of Fashion-MNIST, not of MNIST", error.Message);
    }

    [Fact]
    public async Task Variable_counts_for_another_data_set_only_if_that_is_there()
    {
        string cached = SmallDataSets.WriteTo(_folder, "cache/fashion-mnist", SmallDataSets.Fashion);
        _variable = SmallDataSets.WriteTo(_folder, "variable", SmallDataSets.Mnist);
        Assert.Equal(cached, (await LoadAsync("fashion-mnist")).Origin);

        _variable = SmallDataSets.WriteTo(_folder, "fashion", SmallDataSets.Fashion);
        Assert.Equal(_variable, (await LoadAsync("fashion-mnist")).Origin);
    }

    [Fact]
    public async Task Empty_variable_is_no_variable()
    {
        SmallDataSets.WriteTo(_folder, "cache/mnist", SmallDataSets.Mnist);
        _variable = "";

        Assert.Equal(_folder["cache/mnist"], (await LoadAsync("mnist")).Origin);
    }

    [Fact]
    public async Task Package_of_the_system_is_used_when_the_cache_has_nothing()
    {
        string system = SmallDataSets.WriteTo(_folder, "system", SmallDataSets.Fashion);
        _catalogue = new([SmallDataSets.Mnist, SmallDataSets.Fashion with { SystemFolder = system }]);

        Assert.Equal(system, (await LoadAsync("fashion-mnist")).Origin);
        Assert.Empty(_web.Requests);
    }

    [Fact]
    public async Task What_is_nowhere_is_downloaded_once()
    {
        _web = FakeWeb.With(SmallDataSets.Mnist);

        DataSet downloaded = await LoadAsync("mnist");
        DataSet cached = await LoadAsync("mnist");

        Assert.Equal(_folder["cache/mnist"], downloaded.Origin);
        Assert.Equal(downloaded.Digest, cached.Digest);
        Assert.Equal(4, _web.Requests.Count);
    }

    [Fact]
    public async Task Damaged_cache_is_downloaded_again()
    {
        SmallDataSets.WriteTo(_folder, "cache/mnist", SmallDataSets.Mnist);
        _folder.Write("cache/mnist/t10k-labels-idx1-ubyte.gz", [1, 2, 3]);
        _web = FakeWeb.With(SmallDataSets.Mnist);

        Assert.Equal(SmallDataSets.TestCount, (await LoadAsync("mnist")).Test.Count);
        Assert.Single(_web.Requests);
    }

    [Fact]
    public async Task Without_network_the_failure_is_a_value_or_an_error_as_the_caller_likes()
    {
        DataSetResult result = await FindAsync("mnist");
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => LoadAsync("mnist"));

        Assert.Null(result.DataSet);
        Assert.Equal(result.Unavailable, error.Message);
        Assert.StartsWith("MNIST is not on this machine and could not be downloaded (first.test, ", error.Message);
    }

    [Fact]
    public async Task Synthetic_data_take_no_folder()
    {
        Assert.Equal(2, (await LoadAsync("synthetic")).Train.Count);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => LoadAsync("synthetic", _folder.Path));
        Assert.Contains("leave out DataFolder", error.Message);
    }

    [Fact]
    public async Task Unknown_name_is_an_error() => await Assert.ThrowsAsync<InvalidInputException>(() => FindAsync("cifar"));

    [Fact]
    public async Task Locating_tells_what_is_where()
    {
        SmallDataSets.WriteTo(_folder, "cache/mnist", SmallDataSets.Mnist);
        SmallDataSets.WriteTo(_folder, "cache/fashion-mnist", SmallDataSets.Mnist);
        DataSet synthetic = await LoadAsync("synthetic");
        DataSet mnist = await LoadAsync("mnist");

        IReadOnlyList<DataSetLocation> locations = Loader().Locate();

        Assert.Equal(
            new DataSetLocation("mnist", DataSetStatus.Published, _folder["cache/mnist"], 20, 10, mnist.Digest, null), locations[0]);
        Assert.Equal(
            ("fashion-mnist", DataSetStatus.Unusable, _folder["cache/fashion-mnist"]),
            (locations[1].Name, locations[1].Status, locations[1].Folder));
        Assert.Contains("is of MNIST, not of Fashion-MNIST", locations[1].Problem);
        Assert.Equal(
            new DataSetLocation("synthetic", DataSetStatus.Generated, _folder["cache/synthetic-1"], 2, 1, synthetic.Digest, null),
            locations[2]);
    }

    [Fact]
    public void Locating_changes_nothing()
    {
        IReadOnlyList<DataSetLocation> locations = Loader().Locate();

        Assert.Equal(
            SmallDataSets.Catalogue.Names.Select(name => new DataSetLocation(name, DataSetStatus.Missing, null, 0, 0, null, null)),
            locations);
        Assert.Empty(_web.Requests);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Locating_tells_of_an_unusable_variable()
    {
        _variable = _folder["nowhere"];

        DataSetLocation mnist = Loader().Locate()[0];

        Assert.Equal(DataSetStatus.Missing, mnist.Status);
        Assert.Contains(_variable, mnist.Problem);
    }

    private DataSetLoader Loader() => new(
        _catalogue,
        new DataSetCache(_folder["cache"]),
        new DataSetDownload(_web, new FakeTime()),
        new SyntheticGenerator(1, () => (Idx.Split(2), Idx.Split(1))),
        name => name == "MNIST_DATA" ? _variable : null);

    private Task<DataSet> LoadAsync(string name, string? folder = null) =>
        Loader().LoadAsync(name, folder, cancellation: TestContext.Current.CancellationToken);

    /// <summary>Four files in the sizes of the published ones.</summary>
    private string WriteOther(string name)
    {
        foreach (string file in IdxFileNames.All)
        {
            _folder.Write(Path.Combine(name, file), SmallDataSets.Content(file, seed: 5, SmallDataSets.TrainCount, SmallDataSets.TestCount));
        }

        return _folder[name];
    }

    private Task<DataSetResult> FindAsync(string name) => Loader().FindAsync(name, cancellation: TestContext.Current.CancellationToken);
}
