namespace Portside.Doctor;

/// <summary>One link of the chain, or one thing to look at.</summary>
internal abstract class DoctorCheck
{
    /// <summary>One word by which programs know it.</summary>
    public abstract string Name { get; }

    /// <summary>Looks.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What was found. A failure to look is a finding too, and not an exception.</returns>
    public abstract Task<Finding> RunAsync(CancellationToken cancellation);
}
