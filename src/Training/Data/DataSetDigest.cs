using System.Security.Cryptography;

namespace Mnist.Distributed.Training.Data;

/// <summary>The digest that tells whether two machines train on the same samples.</summary>
public static class DataSetDigest
{
    /// <summary>SHA-256 in lower-case hex over train images, train labels, test images and test labels, without file headers.</summary>
    public static string Compute(ImageSet train, ImageSet test)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(train.Images);
        hash.AppendData(train.Labels);
        hash.AppendData(test.Images);
        hash.AppendData(test.Labels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
