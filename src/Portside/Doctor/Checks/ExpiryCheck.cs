namespace Portside.Doctor.Checks;

/// <summary>The concentrator's certificate is valid for a while.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class ExpiryCheck(ConcentratorCase concentrator) : DoctorCheck
{
    private const int EnoughDays = 30;

    /// <inheritdoc/>
    public override string Name => "expiry";

    /// <inheritdoc/>
    public override Task<Finding> RunAsync(CancellationToken cancellation) =>
        Task.FromResult(Decide(concentrator.Server!.CertificateExpires, concentrator.Clock.GetUtcNow()));

    internal static Finding Decide(DateTimeOffset? expires, DateTimeOffset now)
    {
        if (expires is not { } end)
            return Finding.Skipped("TLS is turned off (vm.tls: off)");
        var days = (int)(end - now).TotalDays;
        const string renew = "systemctl reload portside", how = "put a new one into vm.certificate, reload, and portside port apply -f ports.yaml rewrites thumbprints in waves";
        return end <= now ? Finding.Broken($"the certificate expired on {end:yyyy-MM-dd}; {how}", renew)
            : days < EnoughDays ? Finding.Broken($"the certificate expires in {days} days, on {end:yyyy-MM-dd}; {how}", renew)
            : Finding.Ok($"valid until {end:yyyy-MM-dd}, {days} days");
    }
}
