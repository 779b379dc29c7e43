using Portside.Doctor.Checks;

namespace Portside.Doctor;

/// <summary>The chain between a guest and a person, from its far end.</summary>
internal static class MachineChain
{
    /// <summary>The checks in the order in which one needs the other.</summary>
    /// <param name="machine">The machine; the checks leave there what they find.</param>
    /// <returns>The checks.</returns>
    public static IReadOnlyList<DoctorCheck> Of(MachineCase machine) =>
    [
        new VCenterCheck(machine),
        new MachineExistsCheck(machine),
        new PowerCheck(machine),
        new DeviceCheck(machine),
        new OptionCheck(machine),
        new LicenceCheck(machine),
        new FirewallCheck(machine),
        new ProxyCheck(machine),
        new CertificateCheck(machine),
        new ConnectionCheck(machine),
        new ConcentratorCheck(machine),
        new LinkCheck(machine),
        new OutputCheck(machine),
        new AnswerCheck(machine),
        new GuestCheck(machine),
    ];
}
