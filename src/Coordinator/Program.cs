using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Grains.Hosting.Border;

return await new ProgramBorder("mnist").Run(() => MnistCommandLine.Run(args));
