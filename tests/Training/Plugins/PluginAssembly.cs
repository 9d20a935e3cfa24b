using System.Reflection;
using System.Reflection.Emit;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Tests.Training.Plugins;

/// <summary>Writes small assemblies with plug-in classes, without a compiler.</summary>
internal sealed class PluginAssembly(string name)
{
    private readonly PersistedAssemblyBuilder _assembly = new(new AssemblyName(name), typeof(object).Assembly);
    private ModuleBuilder? _module;

    /// <summary>Adds a public class with the interface of plug-ins.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="register">Writes the body of Register.</param>
    /// <param name="parameters">Types of the parameters of its constructor.</param>
    public PluginAssembly With(string type, Action<ILGenerator> register, params Type[] parameters)
    {
        _module ??= _assembly.DefineDynamicModule(name);
        var built = _module.DefineType(type, TypeAttributes.Public | TypeAttributes.Sealed, typeof(object), [typeof(IModelPlugin)]);
        var constructor = built.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, parameters).GetILGenerator();
        constructor.Emit(OpCodes.Ldarg_0);
        constructor.Emit(OpCodes.Call, typeof(object).GetConstructor(Type.EmptyTypes)!);
        constructor.Emit(OpCodes.Ret);
        var method = built.DefineMethod(
            nameof(IModelPlugin.Register), MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final, typeof(void), [typeof(CatalogueBuilder)]);
        register(method.GetILGenerator());
        built.CreateType();
        return this;
    }

    /// <summary>Adds a public class that is no plug-in.</summary>
    public PluginAssembly WithOtherClass(string type)
    {
        _module ??= _assembly.DefineDynamicModule(name);
        _module.DefineType(type, TypeAttributes.Public).CreateType();
        return this;
    }

    /// <summary>Writes the file.</summary>
    public string Save(string path)
    {
        _assembly.Save(path);
        return path;
    }

    /// <summary>A body that registers nothing.</summary>
    public static void Nothing(ILGenerator body) => body.Emit(OpCodes.Ret);

    /// <summary>A body that throws.</summary>
    public static void Throw(ILGenerator body)
    {
        body.Emit(OpCodes.Ldstr, "no luck today");
        body.Emit(OpCodes.Newobj, typeof(InvalidOperationException).GetConstructor([typeof(string)])!);
        body.Emit(OpCodes.Throw);
    }
}
