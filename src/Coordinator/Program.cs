using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Hosting.Border;
using Mnist.Distributed.Training.Files;

PrivateFiles.Use();
return await new ProgramBorder("mnist").Run(() => MnistCommandLine.Run(args));
