using Mnist.Distributed.Coordinator;
using OwnModel;

return MnistHost.Run(args, new OwnModels().Register);
