using Portside.VSphere.Client;
using Portside.VSphere.Contracts;

namespace Portside.VSphere.Tests.Client;

/// <summary>What a fault says in words: one line, of a length that fits there, whatever the server sends.</summary>
public sealed class VSphereFaultTests
{
    [Fact]
    public void A_faults_texts_are_one_line_without_signs_that_turn_or_hide_it()
    {
        var fault = new SystemError { TypeName = "SystemError", Reason = "a\u202eb\r\n  next: rm -rf ~\u001b[2J" };
        Assert.Equal("Login: Sorry; ab next: rm -rf ~ [2J (SystemError)", VSphereFaultException.Of("Login", fault, " Sorry.\n").Message);
    }

    [Fact]
    public void A_faults_texts_are_cut()
    {
        var message = VSphereFaultException.Of("Login", new MethodFault { TypeName = new string('T', 5_000) }, new string('x', 5_000_000)).Message;
        Assert.Equal($"Login: {new string('x', 300)}… ({new string('T', 300)}…)", message);
    }
}
