using Mnist.Distributed.Hosting.Border;
using Mnist.Distributed.Silo;

return await new ProgramBorder("mnist-silo").Run(() => SiloMain.Run(args));
