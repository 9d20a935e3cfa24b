using System.Text.Json;
using CsCheck;
using Mnist.Distributed.Tests.Processes;

namespace Mnist.Distributed.Tests.Coordinator.Border;

/// <summary>Draws values that no program expects.</summary>
internal static class BadInput
{
    /// <summary>The environment variables that the programs read.</summary>
    public static readonly string[] Variables =
    [
        "MNIST_DATA", "MNIST_STORE", "MNIST_SHARED_MEMORY", "MNIST_EPOCHS", "MNIST_LR", "MNIST_QUIET", "HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME",
        "TMPDIR", "LANG", "LC_ALL", "TERM", "COLUMNS", "NO_COLOR",
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES", "OTEL_TRACES_EXPORTER", "OTEL_TRACES_SAMPLER", "OTEL_SDK_DISABLED", "Tracing__FirstSteps", "Tracing__OneIn", "LD_LIBRARY_PATH",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-1", "+1", "1e2", "0,01", "1,5", "1.000,5", "1_000", "0x10", "１２", "٣", "½", "1/2", " 1", "1 ", "--1", "1e", "e1", ".", "-", "NaN", "Infinity", "-Infinity", "∞", "1e-60", "1e39",
        "2147483648", "-2147483649", "99999999999999999999", "1e400", "0.1.2", "1%", "ten", "true", "null",
    ];

    private static readonly string[] Texts =
    [
        "", " ", "\t", "\n", "a\nb", "\u001b[31mred", "\u0007", "\u200b", "\u202eevil", "ünï-cödé", "日本語", "🙂", "'", "\"", "\\", "%s%n", "$(reboot)", "`id`", "; rm", "--", "-", "@file", "[nothing]",
        "sqlite:", "sqlite::memory:", "redis:", "postgresql:", "postgresql:Host=127.0.0.1;Port=1;Timeout=1", "redis:127.0.0.1:1,connectTimeout=200", "ftp:x", "http://", "http://127.0.0.1:1", "localhost:4317",
        "mnist", "cnn", "local", "silo 1", "kill(server) at step 1", "1..0", "0..9999999", "a..b",
    ];

    /// <summary>
    /// Draws a number in a wrong form, a text, a huge number, or a path to something of a wrong
    /// kind.
    /// </summary>
    public static Gen<string> Value(UserHome home) => Gen.OneOf(
        Gen.OneOf<string>(Numbers),
        Gen.OneOf<string>(Texts),
        Gen.OneOf<string>(Paths(home)),
        Gen.String[Gen.Char['\u0001', '\u02ff'], 0, 40],
        Gen.Const(new string('9', 5_000)),
        Gen.Const(new string('x', 5_000)));

    /// <summary>
    /// Makes a folder whose appsettings.json has one key, in one of the wrong forms that such a
    /// file may have.
    /// </summary>
    public static string Settings(UserHome home, string key, string value)
    {
        var folder = Directory.CreateDirectory(home[$"settings-{Guid.NewGuid():n}"]).FullName;
        var name = JsonSerializer.Serialize(key);
        var text = JsonSerializer.Serialize(value);
        File.WriteAllText(Path.Combine(folder, "appsettings.json"), (value.Length % 5) switch
        {
            0 => $"{{ {name}: {text} }}",
            1 => $"{{ {name}: {text}, {name}: {text} }}",
            2 => $"{{ {name}: null }}",
            3 => $"{{ {name}: [ {text} ] }}",
            _ => $"{{ {name}: {text}",
        });
        return folder;
    }

    private static string[] Paths(UserHome home)
    {
        var file = home["a-file"];
        var readOnly = home["read-only"];
        var dangling = home["dangling"];
        if (!File.Exists(file))
        {
            File.WriteAllText(file, "not what you think");
            Directory.CreateDirectory(readOnly);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(readOnly, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            File.CreateSymbolicLink(dangling, home["nowhere"]);
        }

        return
        [
            file, Path.Combine(file, "below"), readOnly, Path.Combine(readOnly, "below"), dangling, home["nowhere"], home[""], "/dev/null", "/dev/full", "/dev/zero", "/proc/self/mem", "/proc/none",
            ".", "relative/path", "C:\\windows", $"sqlite:{file}", $"sqlite:{home["nowhere"]}/x.db", $"sqlite:{home[""]}", "sqlite:/dev/full",
        ];
    }
}
