using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Hosting.Border;

return await new ProgramBorder("mnist").Run(() => CommandLine.Run(args));
