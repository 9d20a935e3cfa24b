// Sixteen channels at each of two, three or four points.
global using Pair = (System.Runtime.Intrinsics.Vector512<float>, System.Runtime.Intrinsics.Vector512<float>);
global using Quad = (System.Runtime.Intrinsics.Vector512<float>, System.Runtime.Intrinsics.Vector512<float>, System.Runtime.Intrinsics.Vector512<float>, System.Runtime.Intrinsics.Vector512<float>);
global using Triple = (System.Runtime.Intrinsics.Vector512<float>, System.Runtime.Intrinsics.Vector512<float>, System.Runtime.Intrinsics.Vector512<float>);
