using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Terminal;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Terminal;

public sealed class SettingsJsonTests
{
    [Fact]
    public void Settings_are_an_object_in_which_numbers_are_numbers() => Assert.Equal(
        "{\"settings\":{\"dropout\":0.05,\"flag\":true,\"hidden\":100,\"kind\":\"re\\\"lu\",\"limit\":\"Infinity\",\"weight_decay\":0.00001}}",
        Json.ToLine(new
        {
            Settings = Settings.Empty
                .With("weight-decay", "1E-05")
                .With("flag", "true")
                .With("hidden", "100")
                .With("dropout", "0.05")
                .With("kind", "re\"lu")
                .With("limit", "Infinity"),
        }));

    [Fact]
    public void No_settings_are_an_empty_object() => Assert.Equal("{\"settings\":{}}", Json.ToLine(new { Settings = Settings.Empty }));
}
