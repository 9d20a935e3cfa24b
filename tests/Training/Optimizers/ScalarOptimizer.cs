namespace Mnist.Distributed.Tests.Training.Optimizers;

/// <summary>
/// PyTorch's optimizers for one parameter in double precision, written from its documentation. The
/// step is counted from 1 there.
/// </summary>
/// <param name="name">Name of the optimizer.</param>
/// <param name="settings">Its settings; those that are missing are 0.</param>
internal sealed class ScalarOptimizer(string name, IReadOnlyDictionary<string, double> settings)
{
    private double _first;
    private double _second;
    private int _step;

    /// <summary>The parameter after one more step.</summary>
    public double Next(double parameter, double gradient, double rate)
    {
        _step++;
        var g = name == "adamw" ? gradient : gradient + (Of("weight-decay") * parameter);
        switch (name)
        {
            case "sgd":
                _first = _step == 1 ? g : (Of("momentum") * _first) + ((1 - Of("dampening")) * g);
                return parameter - (rate * (Of("nesterov") > 0 ? g + (Of("momentum") * _first) : _first));
            case "adam" or "adamw":
                var kept = name == "adamw" ? parameter * (1 - (rate * Of("weight-decay"))) : parameter;
                _first = (Of("beta1") * _first) + ((1 - Of("beta1")) * g);
                _second = (Of("beta2") * _second) + ((1 - Of("beta2")) * g * g);
                var mean = _first / (1 - Math.Pow(Of("beta1"), _step));
                return kept - (rate * mean / (Math.Sqrt(_second / (1 - Math.Pow(Of("beta2"), _step))) + Of("epsilon")));
            case "rmsprop":
                _first = (Of("alpha") * _first) + ((1 - Of("alpha")) * g * g);
                _second = (Of("momentum") * _second) + (g / (Math.Sqrt(_first) + Of("epsilon")));
                return parameter - (rate * _second);
            case "adagrad":
                _first += g * g;
                return parameter - (rate * g / (Math.Sqrt(_first) + Of("epsilon")));
            default:
                throw new ArgumentException($"There is no reference for {name}.", nameof(name));
        }
    }

    private double Of(string setting) => settings.GetValueOrDefault(setting);
}
