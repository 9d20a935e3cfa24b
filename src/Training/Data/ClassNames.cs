namespace Mnist.Distributed.Training.Data;

/// <summary>What the ten classes of a data set are called, by label.</summary>
public static class ClassNames
{
    /// <summary>Digits: MNIST and the synthetic set.</summary>
    public static readonly IReadOnlyList<string> Digits =
    [
        "0 - zero", "1 - one", "2 - two", "3 - three", "4 - four", "5 - five", "6 - six", "7 - seven", "8 - eight", "9 - nine",
    ];

    /// <summary>Articles of clothing: Fashion-MNIST.</summary>
    public static readonly IReadOnlyList<string> Fashion =
    [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ];
}
