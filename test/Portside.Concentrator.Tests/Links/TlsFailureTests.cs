using System.Security.Authentication;
using Portside.Concentrator.Links;
using Xunit;

namespace Portside.Concentrator.Tests.Links;

public sealed class TlsFailureTests
{
    [Fact]
    public void The_first_cause_is_told() => Assert.Equal(
        "Connection reset by peer",
        TlsFailure.Explain(new AuthenticationException("Authentication failed, see inner exception.", new IOException("Connection reset by peer."))));

    [Theory]
    [InlineData("error:0A000102:SSL routines::unsupported protocol")]
    [InlineData("error:0A00042E:SSL routines::tlsv1 alert protocol version")]
    public void A_host_too_old_for_us_is_told_by_the_key_that_lets_it_in(string message) => Assert.Equal(
        $"{message}; the host speaks only a TLS version older than vm.minimumTls allows",
        TlsFailure.Explain(new AuthenticationException("see inner", new InvalidOperationException(message))));
}
