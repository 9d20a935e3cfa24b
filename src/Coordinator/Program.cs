using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Hosting.Border;

return await new ProgramBorder("mnist").Run(() => MnistCommandLine.Run(args));
