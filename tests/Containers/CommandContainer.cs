using System.IO.Pipelines;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;

namespace Mnist.Distributed.Tests.Containers;

/// <summary>A command in a container, whose output is read while it runs.</summary>
internal sealed class CommandContainer : IAsyncDisposable
{
    private readonly IContainer _container;
    private readonly StreamReader _output;

    private CommandContainer(IContainer container, Stream output)
    {
        _container = container;
        _output = new StreamReader(output);
    }

    public static async Task<CommandContainer> Start(ContainerBuilder builder, CancellationToken cancellation)
    {
        var pipe = new Pipe();
        var container = builder.WithOutputConsumer(new Output(pipe.Writer.AsStream())).Build();
        await container.StartAsync(cancellation);
        return new CommandContainer(container, pipe.Reader.AsStream());
    }

    /// <summary>The next line of the standard output.</summary>
    public ValueTask<string?> ReadLine(CancellationToken cancellation) => _output.ReadLineAsync(cancellation);

    /// <summary>Waits until the command has ended.</summary>
    public async Task<(long ExitCode, string Error)> End(CancellationToken cancellation)
    {
        var code = await _container.GetExitCodeAsync(cancellation);
        var (_, error) = await _container.GetLogsAsync(ct: cancellation);
        return (code, error);
    }

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        _output.Dispose();
    }

    private sealed class Output(Stream stdout) : IOutputConsumer
    {
        public bool Enabled => true;

        public Stream Stdout => stdout;

        public Stream Stderr => Stream.Null;

        public void Dispose() => stdout.Dispose();
    }
}
