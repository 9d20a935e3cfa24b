namespace Mnist.Distributed.Training.Weights;

/// <summary>Element type of a tensor. The names are those of the safetensors format.</summary>
public enum DType
{
    /// <summary>IEEE 754 single precision, 4 bytes.</summary>
    F32,

    /// <summary>Signed 64-bit integer, 8 bytes.</summary>
    I64,
}
