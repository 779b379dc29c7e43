namespace Portside.Telnet.ComPort;

/// <summary>Whose word a message of COM-PORT-OPTION is (RFC 2217 §1). It shows in the command's code.</summary>
public enum ComPortSender : byte
{
    /// <summary>The one that says WILL COM-PORT-OPTION and sets the port: a virtual machine, or a person's program.</summary>
    Client,

    /// <summary>The access server: the one that has the port, and answers each setting with the value in force.</summary>
    Server,
}
